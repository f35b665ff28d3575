// How long a synthesis takes with the CDK's own command line, with and without its validation, and what the Lambda
// bundles cost at a cold start.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Bench, median, round } from './bench.js';
import { COLD_START_ENV } from './cold-start-env.js';
import { measureBundle } from './measure-bundle.js';

const run = promisify(execFile);

const SYNTH_ROUNDS = 5;
const CDK = resolve('node_modules/aws-cdk/bin/cdk');
const LAMBDAS = resolve('dist/lambdas');

export const synth: Bench = {
  name: 'synth',
  async run() {
    const quick: number[] = [];
    const validated: number[] = [];
    await synthesize('false');
    for (let turn = 0; turn < SYNTH_ROUNDS; turn += 1) {
      quick.push(await synthesize('false'));
      validated.push(await synthesize('true'));
    }
    const synthSeconds = round(median(quick), 2);
    const synthValidatedSeconds = round(median(validated), 2);
    const lambdas: Record<string, { kilobytes: number; loadMs: number }> = {};
    for (const name of readdirSync(LAMBDAS))
      lambdas[name] = await measureBundle(join(LAMBDAS, name, 'index.cjs'), COLD_START_ENV);
    return {
      json: { synthSeconds, synthValidatedSeconds, lambdas },
      table: [
        ['what', 'seconds', 'kilobytes', 'load ms'],
        ['cdk synth, validation off', String(synthSeconds), '', ''],
        ['cdk synth, validation on', String(synthValidatedSeconds), '', ''],
        ...Object.entries(lambdas).map(([name, { kilobytes, loadMs }]) => [
          `lambda ${name}`,
          '',
          String(kilobytes),
          String(loadMs),
        ]),
      ],
    };
  },
};

/** Wall seconds of one synthesis of every stack. */
async function synthesize(validation: 'true' | 'false'): Promise<number> {
  const output = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  const env = { ...process.env, CDK_VALIDATION: validation, CDK_DISABLE_VERSION_CHECK: '1' };
  try {
    const start = performance.now();
    await run(process.execPath, [CDK, 'synth', '--strict', '--quiet', '--output', output], { env });
    return (performance.now() - start) / 1_000;
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}
