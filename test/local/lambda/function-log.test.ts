import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { FunctionLog } from '../../../local/services/lambda/function-log.js';
import { aFolder } from '../../support/lab-client.js';

test('a log keeps the newest lines, in two files at most', async () => {
  const folder = aFolder();
  const log = new FunctionLog(folder.path, 'fn', 100);
  for (let i = 0; i < 100; i += 1) log.write(`line ${i}`);
  await log.close();
  expect(readdirSync(folder.path).sort()).toEqual(['fn.log', 'fn.log.1']);
  const lines = ['fn.log.1', 'fn.log'].flatMap((name) =>
    readFileSync(join(folder.path, name), 'utf8').trimEnd().split('\n'),
  );
  expect(lines.length).toBeLessThan(40);
  expect(lines).toEqual(Array.from({ length: lines.length }, (_, i) => `line ${100 - lines.length + i}`));
  folder.remove();
});
