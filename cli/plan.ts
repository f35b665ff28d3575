// `kinesis-platform plan --stdio`: the planner as a process of JSON lines, so that any simulator can judge it.
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { DEFAULT_SETTINGS } from '../core/scaling/planner/settings.js';
import { parseArguments } from './parse-arguments.js';
import { linePlanner } from './plan-line.js';
import { parsePlannerSettings } from './simulate-options.js';
import { UsageError } from './usage-error.js';

export const PLAN_HELP = `usage: kinesis-platform plan --stdio [flags]

Plans the shards of one stream: one JSON line in a minute, one JSON line out. docs/autoscaling.md has the fields.
A line that cannot be read is answered with hold, and told on standard error.

  --stdio                 lines on standard input and output; needed
  --min-shards N          fewest shards (default ${DEFAULT_SETTINGS.minShards})
  --max-shards N          most shards (default ${DEFAULT_SETTINGS.maxShards})
  --throttled-gb-price N  what a throttled GB costs you, dollars (default ${DEFAULT_SETTINGS.throttledGbPrice})
  --shard-hour-price N    what a shard costs an hour, with fan-out consumers and retention (default ${DEFAULT_SETTINGS.shardHourPrice})
`;

export interface Stdio {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Answers each line before it reads the next; ends with its input. */
export async function runPlan(args: readonly string[], { stdin, stdout, stderr }: Stdio): Promise<number> {
  const flags = parseArguments('plan', args, {
    stdio: { type: 'boolean' },
    'min-shards': { type: 'string' },
    'max-shards': { type: 'string' },
    'throttled-gb-price': { type: 'string' },
    'shard-hour-price': { type: 'string' },
  });
  if (flags.stdio !== true) throw new UsageError("'--stdio' must be given, got nothing; 'plan' speaks JSON lines only");
  const answer = linePlanner(parsePlannerSettings((name) => flags[name] as string | undefined));
  for await (const line of createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    const { line: answered, error } = answer(line);
    if (error !== undefined) stderr.write(`error: ${error}\n`);
    if (!stdout.write(`${answered}\n`)) await new Promise((resolve) => stdout.once('drain', resolve));
  }
  return 0;
}
