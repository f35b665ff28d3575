import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readCheckpoint, writeCheckpoint } from '../../../cli/follow/checkpoint-file.js';
import { aFolder } from '../../support/lab-client.js';

let folder: ReturnType<typeof aFolder>;
let path: string;

beforeEach(() => {
  folder = aFolder();
  path = join(folder.path, 'checkpoint');
});
afterEach(() => folder.remove());

const CHECKPOINT = {
  file: '/var/log/app.log',
  savedAtMs: 1,
  position: {
    ...{ device: '1', inode: '18446744073709551615', generation: 'g', offset: 10, line: 2 },
    head: { bytes: 10, sha256: 'digest' },
    after: { identity: '1:2', modifiedNs: '1700000000000000001' },
  },
};

test('what is written is read again, and nothing else is left behind', async () => {
  expect(await readCheckpoint(path, CHECKPOINT.file)).toBeUndefined();
  await writeCheckpoint(path, CHECKPOINT);
  expect(await readCheckpoint(path, CHECKPOINT.file)).toEqual(CHECKPOINT);
  expect(readdirSync(folder.path)).toEqual(['checkpoint']);
});

test('fails when it is of another log', async () => {
  await writeCheckpoint(path, CHECKPOINT);
  await expect(readCheckpoint(path, '/var/log/other.log')).rejects.toThrow(
    "'--checkpoint' must be that of '/var/log/other.log', got that of '/var/log/app.log'",
  );
});

test.each(['', '{', '{}', '{"version":2}', JSON.stringify({ version: 1, ...CHECKPOINT, savedAtMs: -1 })])(
  'fails rather than start from the beginning when it holds %j',
  async (text) => {
    writeFileSync(path, text);
    await expect(readCheckpoint(path, CHECKPOINT.file)).rejects.toThrow(
      "'--checkpoint' must be what an earlier run wrote",
    );
  },
);
