import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LabDirectoryError, takeLabDirectory } from '../../local/lab-directory.js';

/** Starts at once are tried this often: each falls out differently. */
const ROUNDS = 20;

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'lab-directory-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

test('empties what an earlier run left', async () => {
  const dir = join(base, 'lab');
  await (await takeLabDirectory(dir)).release();
  await writeFile(join(dir, 'left'), '');
  await takeLabDirectory(dir);
  expect(await readdir(dir)).toEqual(['.kinesis-platform-lab.json']);
});

test("fails when the folder holds files that are not a lab's, and leaves them alone", async () => {
  await writeFile(join(base, 'precious'), '');
  await expect(takeLabDirectory(base)).rejects.toThrow("'--dir' must be empty or a lab's folder");
  expect(await readdir(base)).toEqual(['precious']);
});

test('fails when another lab runs in the folder', async () => {
  await writeFile(join(base, '.kinesis-platform-lab.json'), JSON.stringify({ pid: process.ppid }));
  await expect(takeLabDirectory(base)).rejects.toThrow(LabDirectoryError);
});

test('takes the folder of a lab that was killed and whose parent has not asked for it yet', async () => {
  // The shell becomes a process that asks for no child: its ended child keeps its number.
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(String(line));
    await writeFile(join(base, '.kinesis-platform-lab.json'), JSON.stringify({ pid }));
    await expect(takeLabDirectory(base)).rejects.toThrow(LabDirectoryError);
    process.kill(pid, 'SIGKILL');
    await expect(takeLabDirectory(base)).resolves.toBeDefined();
  } finally {
    parent.kill('SIGKILL');
  }
});

test('fails when the folder is a file', async () => {
  await writeFile(join(base, 'file'), '');
  await expect(takeLabDirectory(join(base, 'file'))).rejects.toThrow("'--dir' must be a folder that can be made");
});

test.each([
  ['a new folder', undefined],
  ['a folder that an earlier run left', '{}'],
  ['the folder of a run that was killed', '{"pid":0.5}'],
])('of labs that start at once in %s, one gets it', async (_rule, left) => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const dir = join(base, `lab-${round}`);
    if (left !== undefined) {
      await mkdir(dir);
      await writeFile(join(dir, '.kinesis-platform-lab.json'), left);
    }
    const taken = await Promise.allSettled(Array.from({ length: 8 }, () => takeLabDirectory(dir)));
    expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await readdir(dir)).toEqual(['.kinesis-platform-lab.json']);
  }
});

test('the claim of another lab that is not made yet stays its own', async () => {
  const claim = join(base, '.kinesis-platform-lab.json.half');
  await writeFile(claim, JSON.stringify({ pid: process.ppid }));
  await expect(takeLabDirectory(base)).resolves.toBeDefined();
  await expect(takeLabDirectory(base)).rejects.toThrow(`the running lab ${process.pid}`);
});

test('fails when the folder cannot be made, as in /proc', async () => {
  await expect(takeLabDirectory('/proc/nope/lab')).rejects.toThrow("'--dir' must be a folder that can be made");
});
