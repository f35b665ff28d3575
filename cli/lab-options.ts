// Flags of `kinesis-platform lab`: their names, help and checks, in one place.
import type { Aggregation } from '../runtime/producer/index.js';
import { parseChoice, parseDurationMs, parseInteger, parseNumber } from './flags.js';
import { INPUT_FORMATS, type InputFormat } from './input/open-input.js';
import { parseArguments } from './parse-arguments.js';
import { AGGREGATIONS } from './put-options.js';
import { UsageError } from './usage-error.js';

export const DEFAULT_PORT = 4567;
export const DEFAULT_SPEED = 10;
const MAX_SPEED = 3_600;
const MAX_RATE = 10_000_000;

export interface LabOptions {
  readonly stackName: string | undefined;
  /** Folder of an assembly that is synthesized already. */
  readonly assemblyDir: string | undefined;
  readonly context: Readonly<Record<string, string>>;
  readonly input: string | undefined;
  /** Whether the lab puts anything itself. */
  readonly load: boolean;
  readonly format: InputFormat | undefined;
  readonly keyField: string | undefined;
  /** Which rows of the input share a record of the stream. */
  readonly aggregation: Aggregation;
  /** Records per lab second; as fast as the stream takes them when undefined. */
  readonly ratePerSecond: number | undefined;
  /** Wall time of the whole run. */
  readonly durationMs: number | undefined;
  readonly speed: number;
  readonly port: number;
  readonly readyFile: string | undefined;
  readonly dir: string;
  /** Folder of what outlives the run; nothing does when undefined. */
  readonly dataDir: string | undefined;
  readonly json: boolean;
  /** Whether roles may do only what their policies allow. */
  readonly permissions: boolean;
  /** Whether streams throttle as the service's do. */
  readonly limits: boolean;
  /** Lab time after its minute until a metric can be read. */
  readonly metricDelayMs: number;
  readonly seed: number;
  /** Seed of faults on purpose; without it nothing goes wrong. */
  readonly chaosSeed: number | undefined;
}

export const LAB_HELP = `kinesis-platform lab: run the platform's synthesized template on this machine

usage: kinesis-platform lab [flags]

  --stack NAME        stack to run (default: the provisioned one)
  --assembly DIR      run this cloud assembly instead of synthesizing cdk.json's app
  -c, --context K=V   context for the synthesis, as with cdk; may repeat
  --input FILE|-      put this file (or standard input) and end when it is consumed;
                      without it: a seeded clickstream until Ctrl-C or --duration
  --no-load           put nothing: the stream is your own producers', until Ctrl-C or --duration
  --format FORMAT     csv, ndjson or lines (default: by the file's extension)
  --key FIELD         field of the row that becomes the partition key (default: the source's name)
  --aggregate MODE    off, by-shard or by-key: which rows share a record of the stream, as with put (default: off)
  --rate N            records per lab second (default: as fast as the stream takes them)
  --duration TIME     wall time of the whole run: 30s, 5m, 1h
  --speed N           lab seconds per wall second (default: ${DEFAULT_SPEED})
  --port N            port of the Kinesis endpoint on 127.0.0.1, 0 for any free (default: ${DEFAULT_PORT})
  --ready-file FILE   write {"endpoint","region","streams"} as JSON here once the lab is ready
  --dir DIR           where the lab keeps buckets and logs (default: .lab)
  --data-dir DIR      keep streams, positions of consumers, tables, queues and objects in this folder, and go on from it
                      after a stop or a crash (default: each run begins anew)
  --seed N            seed of the clickstream (default: 1)
  --chaos SEED        throttles, failures, lost replies, crashes, restarts and reshards, the same for the same seed;
                      each is a line of logs/faults.ndjson in the lab's folder
  --metric-delay TIME lab time after its minute until alarms and functions see a metric: 90s, 2m (default: none;
                      the service takes a minute or two)
  --no-limits         shards and operations take whatever comes (default: what the service's take)
  --no-permissions    let every function do everything (default: what its role's policies allow)
  --json              totals as one JSON object, the last line of standard output
`;

const FLAGS = {
  stack: { type: 'string' },
  assembly: { type: 'string' },
  context: { type: 'string', short: 'c', multiple: true },
  input: { type: 'string' },
  format: { type: 'string' },
  key: { type: 'string' },
  aggregate: { type: 'string' },
  rate: { type: 'string' },
  duration: { type: 'string' },
  speed: { type: 'string' },
  port: { type: 'string' },
  'ready-file': { type: 'string' },
  dir: { type: 'string' },
  'data-dir': { type: 'string' },
  seed: { type: 'string' },
  chaos: { type: 'string' },
  'metric-delay': { type: 'string' },
  'no-load': { type: 'boolean' },
  'no-limits': { type: 'boolean' },
  'no-permissions': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export function parseLabOptions(args: readonly string[]): LabOptions {
  const values = parseArguments('lab', args, FLAGS);
  const text = (name: keyof typeof FLAGS) => values[name] as string | undefined;
  const given = <T>(name: keyof typeof FLAGS, parse: (flag: string, value: string) => T): T | undefined => {
    const value = text(name);
    return value === undefined ? undefined : parse(`--${name}`, value);
  };
  const options: LabOptions = {
    stackName: text('stack'),
    assemblyDir: text('assembly'),
    context: parseContext((values.context ?? []) as readonly string[]),
    input: text('input'),
    load: values['no-load'] !== true,
    format: given('format', (flag, value) => parseChoice(flag, value, INPUT_FORMATS)),
    keyField: text('key'),
    aggregation: given('aggregate', (flag, value) => parseChoice(flag, value, AGGREGATIONS)) ?? 'off',
    ratePerSecond: given('rate', (flag, value) =>
      parseNumber(flag, value, { above: 0, max: MAX_RATE, advice: 'give records per lab second, or leave it out' }),
    ),
    durationMs: given('duration', parseDurationMs),
    speed:
      given('speed', (flag, value) =>
        parseNumber(flag, value, { above: 0, max: MAX_SPEED, advice: 'give lab seconds per wall second' }),
      ) ?? DEFAULT_SPEED,
    port:
      given('port', (flag, value) =>
        parseInteger(flag, value, { min: 0, max: 65_535, advice: 'use 0 for any free port' }),
      ) ?? DEFAULT_PORT,
    readyFile: text('ready-file'),
    dir: text('dir') ?? '.lab',
    dataDir: text('data-dir'),
    json: values.json === true,
    permissions: values['no-permissions'] !== true,
    limits: values['no-limits'] !== true,
    metricDelayMs: given('metric-delay', parseDurationMs) ?? 0,
    seed: given('seed', parseSeed) ?? 1,
    chaosSeed: given('chaos', parseSeed),
  };
  refuseWithoutInput(options, text('aggregate'));
  if (!options.load) refuseLoad(['input', 'rate', 'seed'].find((name) => name in values));
  return options;
}

function refuseLoad(name: string | undefined): void {
  if (name === undefined) return;
  throw new UsageError(`'--no-load' must go without '--${name}', got both; drop one of them`);
}

function refuseWithoutInput(options: LabOptions, aggregate: string | undefined): void {
  if (options.input !== undefined) return;
  for (const [flag, value] of [
    ['--key', options.keyField],
    ['--format', options.format],
    ['--aggregate', aggregate],
  ] as const) {
    if (value !== undefined) {
      throw new UsageError(`'${flag}' must go with '--input', got '${value}' alone; add '--input FILE' or drop it`);
    }
  }
}

function parseContext(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`'--context' must be KEY=VALUE, got '${pair}'; write it as -c key=value`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function parseSeed(flag: string, value: string): number {
  return parseInteger(flag, value, { min: 0, max: 0xffff_ffff, advice: 'give a whole number' });
}
