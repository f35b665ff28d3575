// The chaos command on two small seeds: the real lab, its built Lambdas, faults and reshards, and a verdict from its log.
import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { aFolder } from '../support/lab-client.js';

const run = promisify(execFile);
const CHAOS = join(__dirname, '../../dist/bench/chaos/run.js');
const LIMIT_MS = 90_000;

test(
  'two seeds lose nothing, keep the order of each key, and every duplicate has its fault',
  async () => {
    const folder = aFolder();
    try {
      const dir = join(folder.path, 'chaos');
      const args = ['--seeds', '2', '--records', '1000', '--dir', dir, '--json'];
      const { stdout, stderr } = await run(process.execPath, [CHAOS, ...args]);
      const clean = { lost: 0, outOfOrder: 0, unexplainedDuplicates: 0 };
      expect({ stderr, last: JSON.parse(stdout.trimEnd().split('\n').at(-1)!) }).toEqual({
        stderr: '',
        last: { seeds: 2, records: 2_000, ...clean },
      });
      const check = await run(process.execPath, [CHAOS, '--check', join(dir, 'seed-2.ndjson'), '--json']);
      expect(JSON.parse(check.stdout.trimEnd().split('\n').at(-1)!)).toEqual({ seeds: 1, records: 1_000, ...clean });
    } finally {
      folder.remove();
    }
  },
  LIMIT_MS,
);

test("fails when '--dir' has files of somebody else, and leaves them where they are", async () => {
  const folder = aFolder();
  try {
    const theirs = join(folder.path, 'thesis.txt');
    writeFileSync(theirs, 'years of work');
    await expect(run(process.execPath, [CHAOS, '--records', '10', '--dir', folder.path])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining("'--dir' must be empty or have logs of chaos only, got"),
    });
    expect(existsSync(theirs)).toBe(true);
  } finally {
    folder.remove();
  }
});
