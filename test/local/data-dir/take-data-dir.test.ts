import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DataDirError } from '../../../local/data-dir/data-dir-error.js';
import { openLabData } from '../../../local/data-dir/lab-data.js';
import { checkApart, takeDataDir } from '../../../local/data-dir/take-data-dir.js';
import { aFolder } from '../../support/lab-client.js';

const MARKER = '.kinesis-platform-data.json';

let folder: ReturnType<typeof aFolder>;
let dir: string;
beforeEach(() => {
  folder = aFolder();
  dir = join(folder.path, 'data');
});
afterEach(() => folder.remove());

const marked = (fields: object) => {
  mkdirSync(dir);
  writeFileSync(join(dir, MARKER), JSON.stringify(fields));
};

test('takes a new folder, and again what a run has left or was killed in', async () => {
  const first = await takeDataDir(dir, 'Orders');
  expect(first.isNew).toBe(true);
  await first.release();
  const second = await takeDataDir(dir, 'Orders');
  expect(second.isNew).toBe(false);
  // A process that is gone.
  writeFileSync(join(dir, MARKER), JSON.stringify({ format: 1, stack: 'Orders', pid: 2 ** 22 + 1, run: 'x' }));
  writeFileSync(join(dir, 'kept'), '');
  const third = await takeDataDir(dir, 'Orders');
  await third.release();
  // One whose number another process has now, where the system tells when that was started.
  const pid = existsSync('/proc/self/stat') ? process.ppid : 2 ** 22 + 1;
  writeFileSync(join(dir, MARKER), JSON.stringify({ format: 1, stack: 'Orders', pid, started: 'once' }));
  await takeDataDir(dir, 'Orders');
  expect(readdirSync(dir).sort()).toEqual([MARKER, 'kept']);
});

test('takes what a run was killed in while it took it', async () => {
  // Of a new folder: its claim is half written.
  mkdirSync(dir);
  writeFileSync(join(dir, `${MARKER}.claim`), '{"form');
  const first = await takeDataDir(dir, 'Orders');
  expect(first.isNew).toBe(true);
  await first.release();
  // Of one with data: it held the lock on what the run before it had left.
  const left = readFileSync(join(dir, MARKER), 'utf8');
  const lock = `${MARKER}.${createHash('sha256').update(left).digest('hex').slice(0, 12)}`;
  writeFileSync(join(dir, lock), JSON.stringify({ pid: process.ppid }));
  await expect(takeDataDir(dir, 'Orders')).rejects.toThrow('of a lab that starts');
  writeFileSync(join(dir, lock), JSON.stringify({ pid: 2 ** 22 + 1 }));
  const taken = await Promise.allSettled(Array.from({ length: 8 }, () => takeDataDir(dir, 'Orders')));
  expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(readdirSync(dir).sort()).toEqual([MARKER, `${MARKER}.claim`]);
});

test.each([
  [
    'is a file',
    () => writeFileSync(dir, ''),
    /'--data-dir' must be a folder that can be read and written, got '.*' \(EEXIST\)/,
  ],
  [
    'holds other files',
    () => {
      mkdirSync(dir);
      writeFileSync(join(dir, 'precious'), '');
    },
    /'--data-dir' must be empty or hold a lab's data, got '.*' with other files/,
  ],
  ['is of another version', () => marked({ format: 7, stack: 'Orders' }), /must be of format 1, got '.*' of format 7/],
  [
    'is of another stack',
    () => marked({ format: 1, stack: 'Bills' }),
    /must be of stack 'Orders', got '.*' of stack 'Bills'/,
  ],
  [
    'is of a running lab',
    () => marked({ format: 1, stack: 'Orders', pid: process.ppid }),
    /must not be in use, got '.*' of the running lab \d+/,
  ],
  ['cannot be read', () => marked([]), /must say what it holds/],
])('fails when the folder %s', async (_rule, prepare, message) => {
  prepare();
  const refused = takeDataDir(dir, 'Orders');
  await expect(refused).rejects.toThrow(DataDirError);
  await expect(refused).rejects.toThrow(message);
});

test('fails when an entry cannot be read, and lets the folder go', async () => {
  marked({ format: 1, stack: 'Orders' });
  writeFileSync(join(dir, 'positions.ndjson'), 'broken\n');
  await expect(openLabData(dir, 'Orders')).rejects.toThrow(
    /'--data-dir' must hold what a lab has left there, got '.*'/,
  );
  expect(JSON.parse(readFileSync(join(dir, MARKER), 'utf8'))).toEqual({ format: 1, stack: 'Orders' });
});

test.each([
  ['.lab', '.lab'],
  ['.lab/data', '.lab'],
  ['data', 'data/lab'],
  ['.', '.lab'],
])("fails when '%s' and the lab's own folder '%s' do not lie apart", (dataDir, labDir) => {
  expect(() => checkApart(dataDir, labDir)).toThrow("'--data-dir' must lie apart from '--dir'");
});

test('folders beside each other lie apart', () => {
  expect(() => checkApart('.lab-data', '.lab')).not.toThrow();
});
