// Flags of `kinesis-platform simulate`.
import { DEFAULT_SETTINGS, type PlannerSettings } from '../core/scaling/planner/settings.js';
import { type Assumptions, DEFAULT_ASSUMPTIONS } from '../core/scaling/simulation/assumptions.js';
import { POLICY_NAMES, type PolicyName } from '../core/scaling/simulation/catalog.js';
import { GENERATOR_NAMES, type GeneratorName } from '../core/scaling/simulation/generators.js';
import { parseChoice, parseInteger, parseNumber } from './flags.js';
import { parseArguments } from './parse-arguments.js';
import { UsageError } from './usage-error.js';

export const SIMULATE_HELP = `usage: kinesis-platform simulate [flags]

Runs scaling policies over recorded or made-up traffic and compares what they throttle and cost.

  --trace FILE            traffic: CSV with the columns minute,load
  --generate NAME         made-up traffic instead: ${GENERATOR_NAMES.join(', ')} (default diurnal)
  --days N                days of made-up traffic (default 7)
  --seed N                seed of made-up traffic (default 1)
  --peak N                highest load, MiB/s (default: as the file has it; 40 for made-up traffic)
  --policy NAME           ${POLICY_NAMES.join(', ')};
                          give it again to compare, 'all' for every one (default all)
  --throttled-gb-price N  what a throttled GB costs you, dollars (default ${DEFAULT_SETTINGS.throttledGbPrice})
  --shard-hour-price N    what a shard costs an hour, with fan-out consumers and retention (default ${DEFAULT_SETTINGS.shardHourPrice})
  --min-shards N          planner's lower bound (default ${DEFAULT_SETTINGS.minShards})
  --max-shards N          planner's upper bound (default ${DEFAULT_SETTINGS.maxShards})
  --reshard-seconds N     time of one split or merge (default ${DEFAULT_ASSUMPTIONS.reshardStepMs / 1_000})
  --metric-delay N        minutes until a minute's metrics are seen (default ${DEFAULT_ASSUMPTIONS.metricDelayMinutes})
  --plot FILE.svg         draws demand, capacity and throttling of each policy
  --json                  the result as one line of JSON
`;

export interface SimulateOptions {
  readonly source:
    | { readonly file: string }
    | { readonly generate: GeneratorName; readonly days: number; readonly seed: number };
  readonly peak: number | undefined;
  readonly policies: readonly PolicyName[];
  readonly settings: PlannerSettings;
  readonly assumptions: Assumptions;
  readonly plotFile: string | undefined;
  readonly json: boolean;
}

export function parseSimulateOptions(args: readonly string[]): SimulateOptions {
  const flags = parseArguments('simulate', args, {
    trace: { type: 'string' },
    generate: { type: 'string' },
    days: { type: 'string' },
    seed: { type: 'string' },
    peak: { type: 'string' },
    policy: { type: 'string', multiple: true },
    'throttled-gb-price': { type: 'string' },
    'shard-hour-price': { type: 'string' },
    'min-shards': { type: 'string' },
    'max-shards': { type: 'string' },
    'reshard-seconds': { type: 'string' },
    'metric-delay': { type: 'string' },
    plot: { type: 'string' },
    json: { type: 'boolean' },
  });
  const text = (name: string) => flags[name] as string | undefined;
  const number = (name: string, max: number) => {
    const given = text(name);
    return given === undefined ? undefined : parseNumber(`--${name}`, given, { above: 0, max, advice: 'give another' });
  };
  const plotFile = text('plot');
  if (plotFile !== undefined && !plotFile.endsWith('.svg')) {
    throw new UsageError(`'--plot' must name a file ending in .svg, got '${plotFile}'; SVG is what it draws`);
  }
  const reshardSeconds = number('reshard-seconds', 3_600);
  const delay = text('metric-delay');
  return {
    source: parseSource(text),
    peak: number('peak', 10_000),
    policies: parsePolicies(flags.policy as readonly string[] | undefined),
    settings: parsePlannerSettings(text),
    assumptions: {
      ...DEFAULT_ASSUMPTIONS,
      ...(reshardSeconds === undefined ? {} : { reshardStepMs: reshardSeconds * 1_000 }),
      ...(delay === undefined
        ? {}
        : { metricDelayMinutes: parseInteger('--metric-delay', delay, { min: 0, max: 60, advice: 'give minutes' }) }),
    },
    plotFile,
    json: flags.json === true,
  };
}

/** The planner's flags, which `plan` has too. */
export function parsePlannerSettings(text: (name: string) => string | undefined): PlannerSettings {
  const shards = (name: string, otherwise: number) => {
    const given = text(name);
    const bounds = { min: 1, max: DEFAULT_SETTINGS.maxShards, advice: 'give a number of shards' };
    return given === undefined ? otherwise : parseInteger(`--${name}`, given, bounds);
  };
  const price = (name: string, otherwise: number) => {
    const given = text(name);
    return given === undefined
      ? otherwise
      : parseNumber(`--${name}`, given, { above: 0, max: 1e6, advice: 'give dollars' });
  };
  const minShards = shards('min-shards', DEFAULT_SETTINGS.minShards);
  const maxShards = shards('max-shards', DEFAULT_SETTINGS.maxShards);
  if (maxShards < minShards) {
    throw new UsageError(`'--max-shards' must be at least '--min-shards' (${minShards}), got '${maxShards}'; raise it`);
  }
  return {
    minShards,
    maxShards,
    throttledGbPrice: price('throttled-gb-price', DEFAULT_SETTINGS.throttledGbPrice),
    shardHourPrice: price('shard-hour-price', DEFAULT_SETTINGS.shardHourPrice),
  };
}

function parseSource(text: (name: string) => string | undefined): SimulateOptions['source'] {
  const file = text('trace');
  if (file !== undefined) {
    for (const other of ['generate', 'days', 'seed']) {
      if (text(other) !== undefined) {
        throw new UsageError(`'--${other}' must be left out with '--trace', got '${text(other)}'; drop one of them`);
      }
    }
    return { file };
  }
  const days = text('days');
  const seed = text('seed');
  return {
    generate: parseChoice('--generate', text('generate') ?? 'diurnal', GENERATOR_NAMES),
    days: days === undefined ? 7 : parseInteger('--days', days, { min: 1, max: 366, advice: 'give days' }),
    seed: seed === undefined ? 1 : parseInteger('--seed', seed, { min: 0, max: 2 ** 32 - 1, advice: 'give another' }),
  };
}

function parsePolicies(given: readonly string[] | undefined): readonly PolicyName[] {
  if (given === undefined || given.includes('all')) return POLICY_NAMES;
  return [...new Set(given)].map((name) => parseChoice('--policy', name, POLICY_NAMES));
}
