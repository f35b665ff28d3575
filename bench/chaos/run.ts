// `npm run chaos -- --seeds N [--records M] [--first SEED] [--json]`: runs the chaos stack once for each seed and judges
// every log. `--check LOG` judges a recorded log again.
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseInteger } from '../../cli/flags.js';
import { parseArguments } from '../../cli/parse-arguments.js';
import { synthesize } from '../../cli/synthesize.js';
import { UsageError } from '../../cli/usage-error.js';
import { type ChaosEvent, parseChaosEvent } from '../../local/faults/chaos-log.js';
import { judgeLog, type Verdict } from '../../local/faults/judge-log.js';
import { runSeed } from './run-seed.js';

const FLAGS = {
  seeds: { type: 'string' },
  records: { type: 'string' },
  first: { type: 'string' },
  dir: { type: 'string' },
  check: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Records of a seed unless told otherwise: with 50 seeds, a million. */
const DEFAULT_RECORDS = 20_000;

/** What a run leaves in its folder, and the next one deletes. */
const LEFT_BEHIND = /^(cdk\.out|cdk\.context\.json|seed-\d+\.ndjson)$/;

const USAGE = `usage: npm run chaos -- [--seeds N] [--records M] [--first SEED] [--dir DIR] [--json]
       npm run chaos -- --check LOG [--json]
`;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`error: ${error.message.replace(/; see 'kinesis-platform.*/, '')}\n${USAGE}`);
  process.exitCode = 2;
}

async function main(args: readonly string[]): Promise<number> {
  const values = parseArguments('chaos', args, FLAGS);
  const given = (name: 'seeds' | 'records' | 'first', fallback: number) => {
    const text = values[name];
    const bounds = { min: 1, max: 100_000_000, advice: 'give a whole number' };
    return typeof text === 'string' ? parseInteger(`--${name}`, text, bounds) : fallback;
  };
  const { check } = values;
  const verdicts = typeof check === 'string' ? [await judge(check)] : [];
  if (typeof check !== 'string') {
    const dir = resolve(typeof values.dir === 'string' ? values.dir : '.chaos');
    const assemblyDir = await synthesizeTrial(dir);
    const first = given('first', 1);
    for (let seed = first; seed < first + given('seeds', 1); seed += 1) {
      const logFile = join(dir, `seed-${seed}.ndjson`);
      await runSeed({ seed, records: given('records', DEFAULT_RECORDS), assemblyDir, logFile });
      verdicts.push(await judge(logFile));
    }
  }
  const sum = (pick: (verdict: Verdict) => number) => verdicts.reduce((total, verdict) => total + pick(verdict), 0);
  const total = {
    seeds: verdicts.length,
    records: sum(({ records }) => records),
    lost: sum(({ lost }) => lost),
    outOfOrder: sum(({ outOfOrder }) => outOfOrder),
    unexplainedDuplicates: sum(({ unexplainedDuplicates }) => unexplainedDuplicates),
  };
  if (values.json === true) process.stdout.write(`${JSON.stringify(total)}\n`);
  return verdicts.every(isClean) ? 0 : 1;
}

/** The stack's assembly, from its own app, in a folder that is made anew. */
async function synthesizeTrial(dir: string): Promise<string> {
  const stranger = (await readdir(dir).catch(() => [])).find((name) => !LEFT_BEHIND.test(name));
  if (stranger !== undefined) {
    throw new UsageError(`'--dir' must be empty or have logs of chaos only, got '${dir}' with '${stranger}'`);
  }
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  const here = fileURLToPath(new URL('.', import.meta.url));
  process.env.VERIFIER_DIR = join(here, 'verifier');
  const app = `"${process.execPath}" "${join(here, 'app.js')}"`;
  return synthesize({ cwd: dir, packageDir: dir, app, outDir: join(dir, 'cdk.out'), context: {} });
}

async function judge(logFile: string): Promise<Verdict> {
  const started = performance.now();
  if (!existsSync(logFile))
    throw new UsageError(`'--check' must be a log of a chaos run, got '${logFile}', which is not there`);
  const verdict = judgeLog(await readLog(logFile));
  const { records, lost, outOfOrder, unexplainedDuplicates, explained, faults, reshards } = verdict;
  process.stdout.write(
    `${logFile}: ${records} records, ${faults} faults, ${reshards} of them reshards; lost ${lost}, out of order ${outOfOrder}, ` +
      `unexplained duplicates ${unexplainedDuplicates}; explained: ${explained.lostReplies} lost replies, ` +
      `${explained.redeliveries} redeliveries (judged in ${Math.round(performance.now() - started)} ms)\n`,
  );
  for (const finding of verdict.findings) process.stdout.write(`  ${finding}\n`);
  return verdict;
}

async function readLog(logFile: string): Promise<ChaosEvent[]> {
  const events: ChaosEvent[] = [];
  for await (const line of createInterface({ input: createReadStream(logFile) })) {
    try {
      events.push(parseChaosEvent(line));
    } catch {
      throw new UsageError(
        `'--check' must be a log of a chaos run, got '${logFile}', whose line ${events.length + 1} is no JSON`,
      );
    }
  }
  return events;
}

function isClean({ lost, outOfOrder, unexplainedDuplicates, findings }: Verdict): boolean {
  return lost + outOfOrder + unexplainedDuplicates + findings.length === 0;
}
