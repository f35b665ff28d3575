import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { renderWhereToLook } from '../../cli/where-to-look.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'where-to-look-'));
  for (const key of ['alert/records', 'archive/events', 'archive/errors']) {
    await mkdir(join(dir, 'buckets', key), { recursive: true });
  }
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('names each folder of a bucket that holds failed records', async () => {
  expect(
    await renderWhereToLook({ consumers: { Alert: { processed: 2, failed: 1, unread: 0 } } }, { dir, dataDir: dir }),
  ).toBe(
    `failed records and their reasons: ${dir}/buckets/alert/records\n` +
      `failed records and their reasons: ${dir}/buckets/archive/errors\n`,
  );
});

test('says nothing when no record failed', async () => {
  expect(
    await renderWhereToLook({ consumers: { Alert: { processed: 3, failed: 0, unread: 0 } } }, { dir, dataDir: dir }),
  ).toBe('');
});

test('sends to the logs for what was left unread', async () => {
  const consumers = { Alert: { processed: 0, failed: 0, unread: 7 }, Other: { processed: 7, failed: 0, unread: 0 } };
  expect(await renderWhereToLook({ consumers }, { dir, dataDir: '/elsewhere' })).toBe(
    `Alert left 7 unread: it was behind, or it fails; see ${dir}/logs\n`,
  );
});
