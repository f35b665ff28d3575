// Firehose's prefix expressions, parsed once: what the lab does not have is refused by name when it starts.
// https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html

/** What a prefix is evaluated with. */
export interface PrefixValues {
  /** Arrival of the oldest record of the object, epoch milliseconds. */
  readonly arrivalMs: number;
  readonly partitionKeys: Readonly<Record<string, string>>;
  /** Fresh for each expression and object. */
  readonly randomString: () => string;
  /** Kind of failure; undefined for a delivered object. */
  readonly errorOutputType: string | undefined;
}

export type Prefix = (values: PrefixValues) => string;

/** Appended where a prefix states no time. */
const DEFAULT_TIME = '!{timestamp:yyyy/MM/dd/HH}/';

const TIME_FIELDS: Readonly<Record<string, (iso: string) => string>> = {
  yyyy: (iso) => iso.slice(0, 4),
  yy: (iso) => iso.slice(2, 4),
  MM: (iso) => iso.slice(5, 7),
  dd: (iso) => iso.slice(8, 10),
  HH: (iso) => iso.slice(11, 13),
  mm: (iso) => iso.slice(14, 16),
  ss: (iso) => iso.slice(17, 19),
};

/** Parses the prefix of delivered objects; `partitionKeys` are the names that dynamic partitioning gives. */
export function parsePrefix(text: string, partitionKeys: readonly string[] | undefined): Prefix {
  // Partitioned objects go where their keys say: Firehose adds no time of its own.
  const whole = partitionKeys || text.includes('!{timestamp:') ? text : text + DEFAULT_TIME;
  return parse(whole, 'Prefix', { keys: partitionKeys ?? [], errors: false });
}

/** Parses the prefix of failed records; without one they go below the delivered objects' own prefix. */
export function parseErrorPrefix(text: string, prefix: string): Prefix {
  const base = text === '' ? `${prefix.includes('!{') ? '' : prefix}!{firehose:error-output-type}/` : text;
  const whole = base.includes('!{timestamp:') ? base : base + DEFAULT_TIME;
  return parse(whole, 'ErrorOutputPrefix', { keys: [], errors: true });
}

interface Allowed {
  readonly keys: readonly string[];
  readonly errors: boolean;
}

function parse(text: string, property: string, allowed: Allowed): Prefix {
  const parts = text.split(/(!\{[^}]*\})/).map((part): Prefix => {
    const [, namespace, name = ''] = /^!\{([^:}]*):?(.*)\}$/.exec(part) ?? [];
    if (namespace === undefined) return () => part;
    const expression = parseExpression(namespace, name, allowed);
    if (expression) return expression;
    throw new Error(
      `'${property}' must use expressions that the lab has, got '${part}' in '${text}'; change the prefix`,
    );
  });
  return (values) => parts.map((part) => part(values)).join('');
}

function parseExpression(namespace: string, name: string, allowed: Allowed): Prefix | undefined {
  if (namespace === 'timestamp') return parseTime(name);
  if (namespace === 'partitionKeyFromQuery' && allowed.keys.includes(name)) {
    return ({ partitionKeys }) => partitionKeys[name] ?? '';
  }
  if (namespace !== 'firehose') return undefined;
  if (name === 'random-string') return ({ randomString }) => randomString();
  if (name === 'error-output-type' && allowed.errors) return ({ errorOutputType }) => errorOutputType ?? '';
  return undefined;
}

/** A Java time pattern of the fields above, quoted text and separators. */
function parseTime(pattern: string): Prefix | undefined {
  const parts = pattern.match(/'[^']*'|([A-Za-z])\1*|[^A-Za-z']+/g);
  if (!parts || parts.join('') !== pattern) return undefined;
  const fields = parts.map((part) => {
    if (part.startsWith("'")) return () => (part === "''" ? "'" : part.slice(1, -1));
    return /^[A-Za-z]/.test(part) ? TIME_FIELDS[part] : () => part;
  });
  if (fields.includes(undefined)) return undefined;
  return ({ arrivalMs }) => {
    const iso = new Date(arrivalMs).toISOString();
    return fields.map((field) => field?.(iso)).join('');
  };
}

/** Name of an object below its prefix: `<delivery>-1-YYYY-MM-dd-HH-MM-SS-<id>` and its extension. */
export function renderObjectName(deliveryName: string, arrivalMs: number, id: string, extension: string): string {
  const time = new Date(arrivalMs).toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
  return `${deliveryName}-1-${time}-${id}${extension}`;
}
