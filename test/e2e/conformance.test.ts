import { execFile } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ALL_RULES } from '../conformance/all-rules.js';
import { EXIT_NOT_RUN } from '../conformance/clients/run-clients.js';
import type { Connection } from '../conformance/connection.js';
import { startLab } from '../conformance/lab-subject.js';
import { runRule } from '../conformance/run-rules.js';
import { aFolder } from '../support/lab-client.js';

/** Rules drive the lab's clock; only a host that has stopped altogether takes this long. */
const PATIENCE_MS = 60_000;

let lab: Connection;

beforeAll(async () => {
  lab = await startLab();
});

afterAll(() => lab.close());

test.each(ALL_RULES.map((rule) => [rule.rule, rule] as const))(
  '%s',
  async (_name, rule) => {
    expect(await runRule(rule, lab)).toMatchObject({ result: 'passed' });
  },
  PATIENCE_MS,
);

test('no two rules have the same name', () => {
  expect(new Set(ALL_RULES.map(({ rule }) => rule)).size).toBe(ALL_RULES.length);
});

test('foreign clients whose toolchain is missing are named and not run, and the command does not pass', async () => {
  const folder = aFolder();
  try {
    symlinkSync(process.execPath, join(folder.path, 'node'));
    const suite = join(__dirname, '../../dist/test/conformance/run.js');
    const env = { PATH: folder.path, HOME: folder.path };
    const run = promisify(execFile)(process.execPath, [suite, '--clients'], { env });
    const { code, stdout } = await run.then(
      (ended) => ({ code: 0, ...ended }),
      (error: unknown) => error as { code: number; stdout: string },
    );
    expect(stdout).toContain('boto3 | - | - | not run: python3 is not on the path\n');
    expect(stdout).toContain('KPL | - | - | not run: java, javac, keytool, mvn are not on the path\n');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('0 passed, 0 failed, 8 not run');
    expect(code).toBe(EXIT_NOT_RUN);
  } finally {
    folder.remove();
  }
});
