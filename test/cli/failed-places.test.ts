import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { renderFailedPlaces } from '../../cli/failed-places.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'failed-places-'));
  for (const key of ['alert/records', 'archive/events', 'archive/errors']) {
    await mkdir(join(dir, 'buckets', key), { recursive: true });
  }
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('names each folder of a bucket that holds failed records', async () => {
  expect(await renderFailedPlaces({ consumers: { Alert: { processed: 2, failed: 1, unread: 0 } } }, dir)).toBe(
    `failed records and their reasons: ${dir}/buckets/alert/records\n` +
      `failed records and their reasons: ${dir}/buckets/archive/errors\n`,
  );
});

test('says nothing when no record failed', async () => {
  expect(await renderFailedPlaces({ consumers: { Alert: { processed: 3, failed: 0, unread: 0 } } }, dir)).toBe('');
});
