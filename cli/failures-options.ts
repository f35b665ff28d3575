// Flags of `kinesis-platform failures`: their names, help and checks, in one place.
import { type Moment, parseMoment } from './flags.js';
import { type FlagValues, parseArguments } from './parse-arguments.js';
import { DEFAULT_RATE, parseRate, parseTarget, type TargetChoice } from './replay-options.js';
import { UsageError } from './usage-error.js';

/** Which failures are meant. */
export interface FailureChoice {
  readonly functionName: string | undefined;
  readonly from: Moment | undefined;
  readonly to: Moment | undefined;
  readonly errorType: string | undefined;
  readonly keys: readonly string[];
}

export interface ListOptions extends FailureChoice {
  readonly action: 'list';
  readonly bucket: string;
  readonly region: string | undefined;
  readonly json: boolean;
}

export interface ShowOptions {
  readonly action: 'show';
  readonly bucket: string;
  readonly object: string;
  /** Whether bytes of records are printed. */
  readonly data: boolean;
  readonly region: string | undefined;
  readonly json: boolean;
}

export interface RedriveCliOptions extends FailureChoice {
  readonly action: 'redrive';
  readonly source: { readonly bucket: string } | { readonly queueUrl: string };
  readonly object: string | undefined;
  readonly target: TargetChoice | undefined;
  readonly streamName: string | undefined;
  readonly marked: boolean;
  readonly ratePerSecond: number;
  readonly deletes: boolean;
  readonly dryRun: boolean;
  readonly region: string | undefined;
  readonly json: boolean;
}

export const FAILURES_HELP = `kinesis-platform failures: records that could not be used, and their second chance

usage: kinesis-platform failures list --bucket NAME [flags]
       kinesis-platform failures show --bucket NAME --object KEY [--data]
       kinesis-platform failures redrive --bucket NAME|--queue URL --to-stream NAME|--to-function NAME [flags]

  --bucket NAME       failure bucket: records that consumers set aside, that producers spilled, and whole invocations
                      that Lambda gave up
  --queue URL         failure queue of Lambda: places only, which are read again from the stream while it has them
  --function NAME     only of this function, or producer
  --from, --to TIME   only records that arrived from, and before, this time (2026-11-20T10:00:00Z, or 90m ago)
  --error CLASS       only of this class, as 'list' shows it
  --key KEY           only records of this partition key; may be given again
  --object KEY        one object of the bucket
  --data              show: print the bytes of the records too, as text where they are
  --to-stream NAME    redrive: put them to this stream, in the order of each key, marked as replayed
  --to-function NAME  redrive: hand them to this function, in batches as Lambda's own
  --stream NAME       redrive to a function: stream that the events name as their source
  --unmarked          redrive to a stream: put records without the mark, for consumers that do not de-aggregate
  --rate N            redrive: records a second (default: ${DEFAULT_RATE})
  --delete            redrive: delete what has taken effect (default: move it below redriven/)
  --dry-run           redrive: count, deliver nothing
  --region REGION     Region (default: AWS_REGION, then the profile)
  --json              list: one JSON object a line; show and redrive: one JSON object

Only what failed is delivered: of an aggregated record, the user records in question. An object goes when all of it has
taken effect, and is rewritten to what is left when a part has. Endpoints, such as the lab's, are read from
AWS_ENDPOINT_URL_S3, _SQS, _KINESIS and _LAMBDA. Counts: read = redriven + filtered + failed + lost, where lost are
records of a queue's messages that have expired in the stream, each range told. Exit status: 0 when nothing failed or was
lost, 1 when something did or it was ended early, 2 when nothing was read because a flag is wrong.
`;

const FLAGS = {
  bucket: { type: 'string' },
  queue: { type: 'string' },
  function: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  error: { type: 'string' },
  key: { type: 'string', multiple: true },
  object: { type: 'string' },
  data: { type: 'boolean' },
  'to-stream': { type: 'string' },
  'to-function': { type: 'string' },
  stream: { type: 'string' },
  unmarked: { type: 'boolean' },
  rate: { type: 'string' },
  delete: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  region: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const CHOICE = ['bucket', 'function', 'from', 'to', 'error', 'key', 'region', 'json'] as const;
const ACTIONS: Readonly<Record<'list' | 'show' | 'redrive', readonly (keyof typeof FLAGS)[]>> = {
  list: CHOICE,
  show: ['bucket', 'object', 'data', 'region', 'json'],
  redrive: [
    ...[...CHOICE, 'queue', 'object', 'to-stream', 'to-function', 'stream', 'unmarked', 'rate', 'delete', 'dry-run'],
  ] as (keyof typeof FLAGS)[],
};

export type FailuresOptions = ListOptions | ShowOptions | RedriveCliOptions;

export function parseFailuresOptions([action, ...args]: readonly string[]): FailuresOptions {
  if (action !== 'list' && action !== 'show' && action !== 'redrive') {
    throw new UsageError(`'failures' must be followed by list, show or redrive, got '${action ?? 'nothing'}'`);
  }
  const flags = Object.fromEntries(ACTIONS[action].map((name) => [name, FLAGS[name]]));
  const values = parseArguments('failures', args, flags);
  if (action === 'list')
    return { action, ...readChoice(values), bucket: required(values, 'bucket'), ...common(values) };
  if (action === 'redrive') return parseRedrive(values);
  const [bucket, object] = [required(values, 'bucket'), required(values, 'object')];
  return { action, bucket, object, data: values.data === true, ...common(values) };
}

function parseRedrive(values: FlagValues): RedriveCliOptions {
  const bucket = text(values, 'bucket');
  const queueUrl = text(values, 'queue');
  if ((bucket === undefined) === (queueUrl === undefined)) {
    const got = bucket === undefined ? 'neither' : 'both';
    throw new UsageError(`'--bucket' or '--queue' must be given, one of them, got ${got}; say where the failures are`);
  }
  const dryRun = values['dry-run'] === true;
  const target = parseTarget(text(values, 'to-stream'), text(values, 'to-function'));
  if (target === undefined && !dryRun) {
    throw new UsageError(
      "'--to-stream' or '--to-function' must be given, got neither; add one of them, or '--dry-run'",
    );
  }
  const rate = text(values, 'rate');
  return {
    action: 'redrive',
    ...readChoice(values),
    source: bucket === undefined ? { queueUrl: queueUrl! } : { bucket },
    object: text(values, 'object'),
    ...{ target, dryRun, streamName: text(values, 'stream') },
    marked: values.unmarked !== true,
    ratePerSecond: rate === undefined ? DEFAULT_RATE : parseRate(rate),
    deletes: values.delete === true,
    ...common(values),
  };
}

function readChoice(values: FlagValues): FailureChoice {
  const moment = (name: 'from' | 'to') => {
    const value = text(values, name);
    return value === undefined ? undefined : parseMoment(`--${name}`, value);
  };
  return {
    functionName: text(values, 'function'),
    from: moment('from'),
    to: moment('to'),
    errorType: text(values, 'error'),
    keys: (values.key as readonly string[] | undefined) ?? [],
  };
}

function common(values: FlagValues) {
  return { region: text(values, 'region'), json: values.json === true };
}

function text(values: FlagValues, name: keyof typeof FLAGS): string | undefined {
  return values[name] as string | undefined;
}

function required(values: FlagValues, name: 'bucket' | 'object'): string {
  const value = text(values, name);
  if (value !== undefined) return value;
  throw new UsageError(`'--${name}' must be given, got nothing; see 'kinesis-platform help failures'`);
}
