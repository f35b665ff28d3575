import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { clearReadyFile, writeReadyFile } from '../../cli/ready.js';

const LAB = {
  endpoint: 'http://127.0.0.1:4567',
  region: 'us-east-1',
  streams: ['a'],
  services: { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ready-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('holds the endpoint, the Region and the streams, and leaves nothing beside it', async () => {
  await writeReadyFile(join(folder, 'ready.json'), LAB);
  expect(JSON.parse(await readFile(join(folder, 'ready.json'), 'utf8'))).toEqual(LAB);
  expect(await readdir(folder)).toEqual(['ready.json']);
});

test('takes away the file of an earlier run, and does not mind when there is none', async () => {
  const file = join(folder, 'ready.json');
  await writeFile(file, 'old');
  await clearReadyFile(file);
  await clearReadyFile(file);
  expect(await readdir(folder)).toEqual([]);
});

test('fails when the folder does not exist', async () => {
  await expect(writeReadyFile(join(folder, 'no/ready.json'), LAB)).rejects.toThrow(
    /'--ready-file' must be a file that can be written, got '.*' \(ENOENT\)/,
  );
});
