import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { listRotated } from '../../../cli/follow/rotated-files.js';
import { aFolder } from '../../support/lab-client.js';

let folder: ReturnType<typeof aFolder>;

beforeEach(() => {
  folder = aFolder();
});
afterEach(() => folder.remove());

test('rotated files come in the order in which they were written, whatever their names say', async () => {
  const names = ['app.log.1', 'app.log-20261120', 'app.log.3', 'app.log.2'];
  for (const [at, name] of names.entries()) {
    writeFileSync(join(folder.path, name), '');
    utimesSync(join(folder.path, name), 1_000 + at, 1_000 + at);
  }
  const found = await listRotated(join(folder.path, 'app.log'));
  expect(found.map((file) => file.path)).toEqual(names.map((name) => join(folder.path, name)));
});

test('knows the names that rotation gives, and no others', async () => {
  const rotated = ['app.log.1', 'app.log.12', 'app.log-20261121', 'app.log.2026-11-21-10', 'app.log.20261121T101500'];
  const others = ['app.log', 'app.log.1.gz', 'app.log.bak', 'app.log.orders.checkpoint', 'app.logs.1', 'other.log.1'];
  for (const name of [...rotated, ...others]) writeFileSync(join(folder.path, name), '');
  const found = await listRotated(join(folder.path, 'app.log'));
  expect(found.map((file) => file.path).sort()).toEqual(rotated.map((name) => join(folder.path, name)).sort());
});
