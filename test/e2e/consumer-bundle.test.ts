// What a function has that bundles the package's consumer to CommonJS, as functions are bundled by default.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'consumer-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function bundle(name: string, contents: string): Promise<string> {
  const outfile = join(folder, `${name}.cjs`);
  const stdin = { contents, resolveDir: resolve('.') };
  await build({ stdin, outfile, bundle: true, minify: true, platform: 'node', format: 'cjs', logLevel: 'error' });
  return outfile;
}

const load = (file: string) => spawnSync(process.execPath, [file], { encoding: 'utf8' });
const OPTIONS = "functionName: 'f', handle() {}";

test('the consumer with a schema loads and has no SDK in it', async () => {
  const file = await bundle(
    'core',
    `import { createConsumer } from './dist/runtime/consumer/index.js';
     import * as z from 'zod/mini';
     const consumer = createConsumer({ schema: z.object({ id: z.string() }), failureStore: async () => {}, ${OPTIONS} });
     console.log(typeof consumer);`,
  );
  expect(load(file)).toMatchObject({ status: 0, stdout: 'function\n' });
  expect(statSync(file).size).toBeLessThan(120 * 1_024);
});

test('its parts on AWS load too', async () => {
  const file = await bundle(
    'aws',
    `import { createConsumer } from './dist/runtime/consumer/index.js';
     import { dynamoDbMarks, s3FailureStore } from './dist/runtime/consumer/aws.js';
     const ports = { failureStore: s3FailureStore('b'), mark: dynamoDbMarks('t') };
     console.log(typeof createConsumer({ ...ports, ${OPTIONS} }));`,
  );
  expect(load(file)).toMatchObject({ status: 0, stdout: 'function\n' });
});
