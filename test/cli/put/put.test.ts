import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { runPut } from '../../../cli/put.js';
import { aKinesisEndpoint, type KinesisAtEndpoint } from '../../support/a-kinesis-endpoint.js';
import { STREAM } from '../../support/an-engine.js';
import { aFolder } from '../../support/lab-client.js';

let kinesis: KinesisAtEndpoint;
let folder: ReturnType<typeof aFolder>;

beforeEach(async () => {
  kinesis = await aKinesisEndpoint(2);
  folder = aFolder();
});

afterEach(async () => {
  await kinesis.close();
  folder.remove();
});

// Keys and Region of whoever runs the tests are not the lab's.
const { AWS_PROFILE } = process.env;
beforeAll(() => {
  delete process.env.AWS_PROFILE;
});
afterAll(() => {
  if (AWS_PROFILE !== undefined) process.env.AWS_PROFILE = AWS_PROFILE;
});

interface Run {
  readonly status: number;
  readonly totals: unknown;
  readonly stderr: string;
}

async function put(args: readonly string[], input = '', spill = 'kept.spill.ndjson'): Promise<Run> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const own = ['--stream', STREAM, '--endpoint', kinesis.url, '--spill', join(folder.path, spill), '--json'];
  const environment = { env: {}, stdin: Readable.from([Buffer.from(input)]), stdout, stderr };
  const status = await runPut([...own, ...args], environment);
  stdout.end();
  stderr.end();
  const totals = JSON.parse(await text(stdout));
  return { status, totals, stderr: await text(stderr) };
}

function aFile(name: string, content: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
}

test('puts each row of a CSV file as an event with the named key', async () => {
  const file = aFile('readings.csv', 'sensor,value\na,1\nb,2\n');
  const { status, totals } = await put(['--input', file, '--key', 'sensor']);
  expect(totals).toEqual({ produced: 2, put: 2, rejected: 0, failed: 0, spilled: 0 });
  expect(status).toBe(0);
  const events = (await kinesis.texts()).map((line) => JSON.parse(line)).sort((a, b) => (a.key < b.key ? -1 : 1));
  expect(events).toMatchObject([
    { id: 'readings-1', key: 'a', payload: { sensor: 'a', value: '1' } },
    { id: 'readings-2', key: 'b', payload: { sensor: 'b', value: '2' } },
  ]);
});

test('raw, a record is the line as the pipe has it, in order', async () => {
  const lines = Array.from({ length: 40 }, (_, i) => `{"n":  ${i}}`);
  const { status } = await put(['--raw'], `${lines.join('\n')}\n`);
  expect(status).toBe(0);
  expect(await kinesis.texts()).toEqual(lines);
});

test('spread, each row has a key of its own, and every shard takes some', async () => {
  const { status } = await put(['--spread', '--format', 'lines'], 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n');
  expect(status).toBe(0);
  const keys = (await kinesis.texts()).map((text) => JSON.parse(text).key);
  expect([...keys].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((row) => `stdin-${row}`));
  expect(keys).not.toEqual([...keys].sort());
});

test('a rejected line is counted and told with its number, and the status is 1', async () => {
  const { status, totals, stderr } = await put(['--format', 'ndjson', '--key', 'k'], '{"k":"a"}\n{oops\n{"other":1}\n');
  expect(totals).toEqual({ produced: 3, put: 1, rejected: 2, failed: 0, spilled: 0 });
  expect(status).toBe(1);
  expect(stderr).toContain('rejected stdin:2: line must be JSON');
  expect(stderr).toContain("rejected stdin:3: row must have a value in 'k'");
});

test('a record over what the stream takes is rejected with its line', async () => {
  const { totals, stderr } = await put(['--raw', '--format', 'lines'], `short\n${'x'.repeat(1_100_000)}\n`);
  expect(totals).toEqual({ produced: 2, put: 1, rejected: 1, failed: 0, spilled: 0 });
  expect(stderr).toMatch(/rejected stdin:2: 'data' and 'partitionKey' must be at most 1048576 bytes/);
});

test('what could not be delivered is put again from the spill file, with its keys and bytes', async () => {
  const data = Buffer.from([0, 255, 10, 13]);
  const kept = { partitionKey: 'é', errorCode: 'E', message: 'm', data: data.toString('base64') };
  const file = aFile('earlier.spill.ndjson', `${JSON.stringify(kept)}\n{"partitionKey":"a","data":"?"}\n`);
  const { totals } = await put(['--input', file]);
  expect(totals).toEqual({ produced: 2, put: 1, rejected: 1, failed: 0, spilled: 0 });
  expect(await kinesis.texts()).toEqual([data.toString('utf8')]);
});

test('fails before the first row when the spill file could not be written', async () => {
  const putting = put([], '{"a":1}\n', 'nowhere/kept');
  await expect(putting).rejects.toThrow("(no such folder); name another with '--spill FILE'");
});

test('fails when the input is compressed', async () => {
  await expect(put(['--input', aFile('rows.csv.gz', '')])).rejects.toThrow("'--input' must be plain text, got");
});

test('a stream that goes away in the middle ends the run: told once, and what was read is in the spill file', async () => {
  async function* input() {
    yield Buffer.from('{"n":1}\n');
    for (let waited = 0; (await kinesis.texts()).length < 1 && waited < 5_000; waited += 10) {
      await new Promise((next) => setTimeout(next, 10));
    }
    await kinesis.engine.DeleteStream({ StreamName: STREAM });
    yield Buffer.from('{"n":2}\n');
    await new Promise(() => undefined);
  }
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const spill = join(folder.path, 'kept.spill.ndjson');
  const status = await runPut(['--stream', STREAM, '--endpoint', kinesis.url, '--raw', '--spill', spill], {
    ...{ env: {}, stdin: Readable.from(input()), stdout, stderr },
  });
  stdout.end();
  stderr.end();
  expect(status).toBe(1);
  expect(await text(stdout)).toBe('produced 2  put 1  rejected 0  failed 0  spilled 1\n');
  expect((await text(stderr)).match(/error: put records to 'readings' failed: Resource/g)).toHaveLength(1);
  const kept = readFileSync(spill, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(kept).toMatchObject([{ partitionKey: 'stdin', data: Buffer.from('{"n":2}').toString('base64') }]);
});

test.each([
  [
    'fails when the stream does not exist',
    ['--stream', 'nope'],
    "'--stream' must be a stream of this account and Region",
  ],
  [
    'fails when nobody is at the endpoint',
    ['--endpoint', 'http://127.0.0.1:1'],
    'reach http://127.0.0.1:1 failed: ECONN',
  ],
])('%s', async (_rule, flags, message) => {
  const [flag, value] = flags as [string, string];
  const args = new Map([
    ['--stream', STREAM],
    ['--endpoint', kinesis.url],
    [flag, value],
  ]);
  const streams = { stdin: Readable.from([]), stdout: new PassThrough(), stderr: new PassThrough() };
  await expect(runPut([...args].flat(), { env: {}, ...streams })).rejects.toThrow(message);
});
