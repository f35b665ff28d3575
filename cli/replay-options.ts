// Flags of `kinesis-platform replay`: their names, help and checks, in one place.
import { STREAM_NAME_PATTERN } from '../core/limits.js';
import { DEFAULT_READ_SHARE } from '../runtime/replay/replay.js';
import { type Moment, parseEndpoint, parseMoment, parseNumber, parseStreamName } from './flags.js';
import { parseArguments } from './parse-arguments.js';
import { UsageError } from './usage-error.js';

const MAX_RATE = 10_000_000;
export const DEFAULT_RATE = 1_000;

/** One end of a range: a time, or a place in a shard. */
export type RangeEnd =
  | { readonly kind: 'time'; readonly moment: Moment }
  | { readonly kind: 'place'; readonly shardId: string; readonly sequenceNumber: string };

/** Where records go. */
export type TargetChoice =
  | { readonly kind: 'stream'; readonly name: string }
  | { readonly kind: 'function'; readonly name: string };

export interface ReplayCliOptions {
  readonly streamName: string;
  readonly from: RangeEnd | undefined;
  readonly to: RangeEnd | undefined;
  readonly keys: readonly string[];
  /** Undefined counts only. */
  readonly target: TargetChoice | undefined;
  readonly marked: boolean;
  readonly ratePerSecond: number;
  readonly share: number;
  readonly progressFile: string;
  readonly dryRun: boolean;
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly json: boolean;
}

export const REPLAY_HELP = `kinesis-platform replay: deliver records of a stream again

usage: kinesis-platform replay --stream NAME --from TIME [--to TIME] --to-stream NAME|--to-function NAME [flags]

  --stream NAME       stream to read
  --from TIME|PLACE   first record: the time of its arrival (2026-11-20T10:00:00Z, or 90m for that long ago), or its
                      place as SHARD:SEQUENCE, which is the eventID that Lambda shows
  --to TIME|PLACE     where it ends: before this time, or with this record of the same shard (default: now)
  --key KEY           only records of this partition key, also those inside aggregated records; may be given again
  --to-stream NAME    put them to this stream, in the order of each key
  --to-function NAME  hand them to this function, in batches as Lambda's own; what it returns as failed goes again
  --dry-run           read and count, deliver nothing
  --rate N            records a second (default: ${DEFAULT_RATE})
  --read-share N      percent of a shard's read limits to take, as its consumers poll too (default: ${DEFAULT_READ_SHARE * 100})
  --unmarked          put records as they were. Without it each says that it is replayed, and where it stood first, in
                      tags of an aggregated record, which only consumers that de-aggregate can read
  --progress FILE     where it remembers how far it is; with the file of a replay that was ended early it goes on
                      (default: NAME.replay.json in this folder)
  --endpoint URL      endpoint of Kinesis, such as the lab's (default: AWS_ENDPOINT_URL_KINESIS, then AWS)
  --region REGION     Region (default: AWS_REGION, then the profile)
  --json              totals as one JSON object, the last line of standard output

Counts are of user records: read = replayed + filtered + failed. Ctrl-C ends it after the batches under way, and nothing is
repeated when it goes on; after a kill at most one batch of each shard is. Exit status: 0 when the whole range was
replayed, 1 when records failed or have expired, or when it was ended early, 2 when nothing was read because a flag, the
stream or the endpoint is wrong.
`;

const FLAGS = {
  stream: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  key: { type: 'string', multiple: true },
  'to-stream': { type: 'string' },
  'to-function': { type: 'string' },
  'dry-run': { type: 'boolean' },
  rate: { type: 'string' },
  'read-share': { type: 'string' },
  unmarked: { type: 'boolean' },
  progress: { type: 'string' },
  endpoint: { type: 'string' },
  region: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export function parseReplayOptions(args: readonly string[]): ReplayCliOptions {
  const values = parseArguments('replay', args, FLAGS);
  const text = (name: keyof typeof FLAGS) => values[name] as string | undefined;
  const streamName = parseStreamName('replay', '--stream', text('stream'));
  const end = (name: 'from' | 'to') => {
    const value = text(name);
    return value === undefined ? undefined : parseEnd(`--${name}`, value);
  };
  const dryRun = values['dry-run'] === true;
  const target = parseTarget(text('to-stream'), text('to-function'));
  if (target === undefined && !dryRun) {
    throw new UsageError(
      "'--to-stream' or '--to-function' must be given, got neither; add one of them, or '--dry-run'",
    );
  }
  const rate = text('rate');
  const share = text('read-share');
  const endpoint = text('endpoint');
  const options: ReplayCliOptions = {
    ...{ streamName, from: end('from'), to: end('to'), target, dryRun },
    keys: (values.key as readonly string[] | undefined) ?? [],
    marked: values.unmarked !== true,
    ratePerSecond: rate === undefined ? DEFAULT_RATE : parseRate(rate),
    share:
      share === undefined
        ? DEFAULT_READ_SHARE
        : parseNumber('--read-share', share, { above: 0, max: 100, advice: 'leave consumers their part' }) / 100,
    progressFile: text('progress') ?? `${streamName}.replay.json`,
    endpoint: endpoint === undefined ? undefined : parseEndpoint('--endpoint', endpoint),
    region: text('region'),
    json: values.json === true,
  };
  checkRange(options);
  return options;
}

/** The two flags that say where records go; undefined when neither does. */
export function parseTarget(toStream: string | undefined, toFunction: string | undefined): TargetChoice | undefined {
  if (toStream !== undefined && toFunction !== undefined) {
    throw new UsageError("'--to-stream' must not go with '--to-function', got both; drop one of them");
  }
  if (toStream !== undefined) {
    if (STREAM_NAME_PATTERN.test(toStream)) return { kind: 'stream', name: toStream };
    throw new UsageError(`'--to-stream' must be a stream's name, got '${toStream}'; an ARN ends with it`);
  }
  return toFunction === undefined ? undefined : { kind: 'function', name: toFunction };
}

export function parseRate(text: string): number {
  return parseNumber('--rate', text, { above: 0, max: MAX_RATE, advice: 'give records per second, or leave it out' });
}

function parseEnd(flag: string, text: string): RangeEnd {
  const [, shardId, sequenceNumber] = /^(shardId-\d+):(\d+)$/.exec(text) ?? [];
  if (shardId !== undefined && sequenceNumber !== undefined) return { kind: 'place', shardId, sequenceNumber };
  return { kind: 'time', moment: parseMoment(flag, text) };
}

function checkRange({ from, to }: ReplayCliOptions): void {
  if (from && to && from.kind !== to.kind) {
    throw new UsageError("'--to' must be a time where '--from' is one, and a place where it is one, got one of each");
  }
  if (from?.kind === 'place' && to === undefined) {
    throw new UsageError("'--to' must be given where '--from' is a place, got nothing; give the last record's");
  }
  if (from?.kind === 'place' && to?.kind === 'place' && from.shardId !== to.shardId) {
    throw new UsageError(
      `'--to' must be in the shard of '--from', ${from.shardId}, got ${to.shardId}; replay each shard`,
    );
  }
}
