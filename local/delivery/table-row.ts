// A record of JSON as a row of a table: what format conversion makes of it, by the columns of the table.

/** Column types that the lab converts to, by their name in the data catalog. */
const KINDS = {
  string: 'STRING',
  char: 'STRING',
  varchar: 'STRING',
  tinyint: 'INT32',
  smallint: 'INT32',
  int: 'INT32',
  integer: 'INT32',
  bigint: 'INT64',
  float: 'FLOAT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
} as const;

export type ColumnKind = (typeof KINDS)[keyof typeof KINDS];

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
}

export interface RowRules {
  readonly columns: readonly Column[];
  /** Keys of the JSON are lower-cased before they are looked for. */
  readonly caseInsensitive: boolean;
  /** JSON key of a column that is named otherwise. */
  readonly keyOf: Readonly<Record<string, string>>;
}

export type Cell = string | number | bigint | boolean | Date | null;

/** Reads the type of a column; one that the lab does not convert to is refused by its name. */
export function parseColumn(name: string, type: string): Column {
  const base = type.toLowerCase().replace(/^((?:var)?char)\(\d+\)$/, '$1');
  if (Object.hasOwn(KINDS, base)) return { name, kind: KINDS[base as keyof typeof KINDS] };
  throw new Error(`column '${name}' has the type '${type}'; the lab converts to ${Object.keys(KINDS).join(', ')}`);
}

/** The cells of a record in the order of the columns; absent ones are null. Throws, in words, on what does not fit. */
export function readRow(data: Uint8Array, { columns, caseInsensitive, keyOf }: RowRules): Cell[] {
  const object = parseObject(Buffer.from(data).toString('utf8'));
  const fields = new Map(
    Object.entries(object).map(([key, value]) => [caseInsensitive ? key.toLowerCase() : key, value]),
  );
  return columns.map((column) => {
    const key = keyOf[column.name] ?? column.name;
    const value = fields.get(caseInsensitive ? key.toLowerCase() : key);
    if (value === undefined || value === null) return null;
    const cell = readCell(column.kind, value);
    if (cell === undefined) throw new Error(`column '${column.name}' cannot hold ${JSON.stringify(value)}`);
    return cell;
  });
}

/** What keeps a record from being a row, in words; undefined when nothing does. */
export function whyUnreadable(data: Uint8Array, rules: RowRules): string | undefined {
  try {
    readRow(data, rules);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function parseObject(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('the record is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('the record is no object');
  return value;
}

/** Undefined when the column cannot hold it. Numbers may come as text. */
function readCell(kind: ColumnKind, value: unknown): Cell | undefined {
  switch (kind) {
    case 'STRING':
      return typeof value === 'string' ? value : JSON.stringify(value);
    case 'BOOLEAN':
      if (typeof value === 'boolean') return value;
      return value === 'true' || value === 'false' ? value === 'true' : undefined;
    case 'INT32': {
      const number = readNumber(value);
      return number !== undefined && (number | 0) === number ? number : undefined;
    }
    case 'INT64': {
      const number = readNumber(value);
      if (number === undefined || !Number.isInteger(number)) return undefined;
      return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : BigInt(number);
    }
    case 'FLOAT':
    case 'DOUBLE':
      return readNumber(value);
    case 'TIMESTAMP':
      return readTime(value);
  }
}

function readNumber(value: unknown): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Epoch milliseconds, ISO 8601, or `yyyy-MM-dd HH:mm:ss[.SSS]` in UTC. */
function readTime(value: unknown): Date | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const sql = typeof value === 'string' && /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,9})?$/.test(value);
  const time = new Date(sql ? `${value.slice(0, 23).replace(' ', 'T')}Z` : value);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
