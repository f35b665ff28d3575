// Flags of `kinesis-platform put`: their names, help and checks, in one place.
import { basename, resolve } from 'node:path';
import type { Aggregation } from '../runtime/producer/index.js';
import { parseChoice, parseDurationMs, parseEndpoint, parseNumber, parseStreamName } from './flags.js';
import { INPUT_FORMATS } from './input/open-input.js';
import { parseArguments } from './parse-arguments.js';
import { UsageError } from './usage-error.js';

const PUT_FORMATS = [...INPUT_FORMATS, 'spill'] as const;
export type PutFormat = (typeof PUT_FORMATS)[number];

export const AGGREGATIONS: readonly Aggregation[] = ['off', 'by-shard', 'by-key'];
const DEFAULT_ROTATE_WAIT_MS = 5_000;
const FOLLOW_FROM = ['start', 'end'] as const;
const SPILL_SUFFIX = '.spill.ndjson';
const MAX_RATE = 10_000_000;

export interface PutOptions {
  readonly streamName: string;
  /** File to put, or `-` for standard input. */
  readonly input: string;
  /** Log to put line by line as it grows, in place of an input. */
  readonly follow: FollowedLog | undefined;
  readonly format: PutFormat | undefined;
  readonly keyField: string | undefined;
  /** A key of its own for each row. */
  readonly spread: boolean;
  /** Rows as they are, without the event around them. */
  readonly raw: boolean;
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly aggregation: Aggregation;
  readonly ratePerSecond: number | undefined;
  readonly spillFile: string;
  readonly json: boolean;
}

export interface FollowedLog {
  readonly file: string;
  readonly checkpointFile: string;
  /** Where to start without a checkpoint. */
  readonly from: (typeof FOLLOW_FROM)[number];
  /** Time without a line after which a file that was renamed is left. */
  readonly rotateWaitMs: number;
}

export const PUT_HELP = `kinesis-platform put: put a file, or what comes through a pipe, to a stream

usage: kinesis-platform put --stream NAME [flags]

  --stream NAME       stream to put to
  --input FILE|-      file to put, or - for standard input (default: -)
  --follow FILE       put the lines of this log as they are written, until Ctrl-C: across rotation, and in the next
                      run from where this one ended; each at least once
  --checkpoint FILE   where it remembers how far it is (default: FILE.STREAM.checkpoint beside the log)
  --from start|end    where it begins without a checkpoint (default: start)
  --rotate-wait TIME  how long a renamed log must be silent before the new one is read (default: ${DEFAULT_ROTATE_WAIT_MS / 1_000}s)
  --format FORMAT     csv, ndjson, lines, or spill: what an earlier run could not deliver
                      (default: by the file's extension)
  --key FIELD         field of the row that becomes the partition key; order is kept for each key
                      (default: the source's name, so all rows in order through one shard, one for each
                      round trip: see --aggregate by-key and --spread)
  --spread            a key of its own for each row instead: all shards take part, in no order
  --raw               a record is the line as it is, or the CSV row as JSON (default: an event with the row as its
                      payload, as the platform's consumers read it; a line that is an event already stays as it is)
  --aggregate MODE    off, by-shard or by-key: which rows share a record of the stream, as the KPL packs them; cheaper
                      and faster, with the same order, only for consumers that de-aggregate (default: off)
  --endpoint URL      endpoint of Kinesis, such as the lab's (default: AWS_ENDPOINT_URL_KINESIS, then AWS)
  --region REGION     Region of the stream (default: AWS_REGION, then the profile)
  --rate N            records per second (default: as fast as the stream takes them)
  --spill FILE        where records go that could not be delivered (default: NAME${SPILL_SUFFIX} in this folder)
  --json              totals as one JSON object, the last line of standard output

Every row ends in one of four counts: produced = put + rejected + failed + spilled. Rejected rows are told with
their line. Exit status: 0 when every row was put, 1 when not, 2 when nothing was read because a flag, the input, the
stream or the endpoint is wrong. A log that is followed is put for as long as it takes; there the status is 0 when
every line was put or rejected, and 'failed' counts what the next run puts again.
`;

const FLAGS = {
  stream: { type: 'string' },
  input: { type: 'string' },
  follow: { type: 'string' },
  checkpoint: { type: 'string' },
  from: { type: 'string' },
  'rotate-wait': { type: 'string' },
  format: { type: 'string' },
  key: { type: 'string' },
  spread: { type: 'boolean' },
  raw: { type: 'boolean' },
  aggregate: { type: 'string' },
  endpoint: { type: 'string' },
  region: { type: 'string' },
  rate: { type: 'string' },
  spill: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export function parsePutOptions(args: readonly string[]): PutOptions {
  const values = parseArguments('put', args, FLAGS);
  const text = (name: keyof typeof FLAGS) => values[name] as string | undefined;
  const given = <T>(name: keyof typeof FLAGS, parse: (flag: string, value: string) => T): T | undefined => {
    const value = text(name);
    return value === undefined ? undefined : parse(`--${name}`, value);
  };
  const streamName = parseStreamName('put', '--stream', text('stream'));
  const input = text('input') ?? '-';
  const options: PutOptions = {
    streamName,
    input,
    follow: parseFollow(text('follow'), streamName, {
      ...{ checkpoint: text('checkpoint'), from: text('from'), 'rotate-wait': text('rotate-wait') },
    }),
    format:
      given('format', (flag, value) => parseChoice(flag, value, PUT_FORMATS)) ??
      (input.endsWith(SPILL_SUFFIX) ? 'spill' : undefined),
    keyField: text('key'),
    spread: values.spread === true,
    raw: values.raw === true,
    aggregation: given('aggregate', (flag, value) => parseChoice(flag, value, AGGREGATIONS)) ?? 'off',
    endpoint: given('endpoint', parseEndpoint),
    region: text('region'),
    ratePerSecond: given('rate', (flag, value) =>
      parseNumber(flag, value, { above: 0, max: MAX_RATE, advice: 'give records per second, or leave it out' }),
    ),
    spillFile: text('spill') ?? `${streamName}${SPILL_SUFFIX}`,
    json: values.json === true,
  };
  refuseContradictions(options);
  if (options.follow) refuseWithFollow(options, text);
  return options;
}

interface FollowFlags {
  readonly checkpoint: string | undefined;
  readonly from: string | undefined;
  readonly 'rotate-wait': string | undefined;
}

function parseFollow(file: string | undefined, streamName: string, flags: FollowFlags): FollowedLog | undefined {
  if (file !== undefined) {
    const { checkpoint, from, 'rotate-wait': rotateWait } = flags;
    return {
      file,
      checkpointFile: checkpoint ?? `${file}.${streamName}.checkpoint`,
      from: from === undefined ? 'start' : parseChoice('--from', from, FOLLOW_FROM),
      rotateWaitMs: rotateWait === undefined ? DEFAULT_ROTATE_WAIT_MS : parseDurationMs('--rotate-wait', rotateWait),
    };
  }
  for (const [flag, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    throw new UsageError(`'--${flag}' must go with '--follow', got '${value}' alone; add '--follow FILE' or drop it`);
  }
  return undefined;
}

function refuseWithFollow({ format }: PutOptions, text: (name: 'input' | 'spill') => string | undefined): void {
  for (const flag of ['input', 'spill'] as const) {
    if (text(flag) === undefined) continue;
    throw new UsageError(`'--${flag}' must not go with '--follow', got '${text(flag)}'; drop one of them`);
  }
  if (format === 'csv' || format === 'spill') {
    throw new UsageError(
      `'--format' must be ndjson or lines with '--follow', got '${format}'; put such a file with '--input'`,
    );
  }
}

function refuseContradictions({ input, format, keyField, spread, raw, spillFile }: PutOptions): void {
  if (spread && keyField !== undefined) {
    throw new UsageError(`'--spread' must not go with '--key', got both; drop one of them`);
  }
  if (resolve(input) === resolve(spillFile)) {
    const other = `${basename(spillFile, SPILL_SUFFIX)}-2${SPILL_SUFFIX}`;
    throw new UsageError(`'--spill' must be another file than '--input', got '${spillFile}'; add '--spill ${other}'`);
  }
  if (format === 'spill' && (keyField !== undefined || spread || raw)) {
    const flag = raw ? '--raw' : spread ? '--spread' : '--key';
    throw new UsageError(
      `'${flag}' must not go with the format 'spill', got both; its records have their keys and bytes`,
    );
  }
}
