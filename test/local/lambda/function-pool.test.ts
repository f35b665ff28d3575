import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import { FunctionPool, type FunctionPoolOptions } from '../../../local/services/lambda/function-pool.js';
import type { FunctionModel } from '../../../local/template/model.js';
import { aFunction, anAsset } from '../../support/a-function.js';
import { ManualClock } from '../../support/manual-clock.js';
import { RecordedMetrics } from '../../support/recorded-metrics.js';

const LAB_START_MS = Date.UTC(2030, 0, 1);

/** Counts what holds it now. */
class HeldClock extends ManualClock {
  holds = 0;

  override async hold<T>(work: () => Promise<T>): Promise<T> {
    this.holds += 1;
    try {
      return await work();
    } finally {
      this.holds -= 1;
    }
  }
}

let folder: string;
const pools: FunctionPool[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pool-'));
  buildSync({
    entryPoints: ['local/services/lambda/runtime-loop.ts'],
    outfile: join(folder, 'runtime-loop.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
  });
});
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.stop())));
afterAll(() => rmSync(folder, { recursive: true }));

function aPool(source: string, fn: Partial<FunctionModel> = {}, options: Partial<FunctionPoolOptions> = {}) {
  const metrics = new RecordedMetrics();
  const clock = new HeldClock(LAB_START_MS);
  const pool = new FunctionPool({
    functions: [aFunction({ assetPath: anAsset(folder, source), ...fn })],
    clock,
    metrics,
    endpoints: { AWS_ENDPOINT_URL_KINESIS: 'http://127.0.0.1:1' },
    logDir: join(folder, 'logs'),
    runtimeLoop: join(folder, 'runtime-loop.cjs'),
    ...options,
  });
  pools.push(pool);
  return { pool, metrics, clock };
}

test('answers with what the handler returns, by name and by ARN', async () => {
  const { pool, metrics } = aPool('exports.handler = async (event) => ({ twice: event.n * 2 });');
  expect(await pool.invoke('fn', { n: 2 })).toMatchObject({ kind: 'success', payload: { twice: 4 } });
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST';
  expect(await pool.invoke(arn, { n: 3 })).toMatchObject({ kind: 'success', payload: { twice: 6 } });
  expect(metrics.values('Invocations')).toEqual([1, 1]);
  expect(metrics.sum('Errors')).toBe(0);
  expect(metrics.datapoints[0]).toMatchObject({ dimensions: { FunctionName: 'fn' }, atMs: LAB_START_MS });
});

test.each([
  [
    'a handler that calls back',
    "exports.handler = (event, context, done) => setTimeout(done, 1, null, 'late');",
    'index.js',
  ],
  ['a handler in an ES module', "export const handler = async () => 'late';", 'index.mjs'],
  ['a handler in a CommonJS file', "exports.handler = async () => 'late';", 'index.cjs'],
  ['a handler that returns at once', "exports.handler = () => 'late';", 'index.js'],
])('runs %s', async (_style, source, file) => {
  const { pool } = aPool('', { assetPath: anAsset(folder, source, file) });
  expect(await pool.invoke('fn', {})).toMatchObject({ kind: 'success', payload: 'late' });
});

test.each([
  ['CommonJS where the asset has no package.json', "exports.handler = async () => require('./other');", undefined],
  ['what the package.json of the asset says', "export const handler = async () => 'asked';", '{"type":"module"}'],
])('takes a .js file for %s, whatever stands above the asset', async (_rule, source, own) => {
  const project = mkdtempSync(join(folder, 'project-'));
  mkdirSync(join(project, 'cdk.out'));
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  const assetPath = anAsset(join(project, 'cdk.out'), source);
  writeFileSync(join(assetPath, 'other.js'), "module.exports = 'asked';");
  if (own !== undefined) writeFileSync(join(assetPath, 'package.json'), own);
  const { pool } = aPool('', { assetPath });
  expect(await pool.invoke('fn', {})).toMatchObject({ kind: 'success', payload: 'asked' });
});

test('shows lab time as Date, while the handler runs and from one invocation to the next', async () => {
  const { pool, clock } = aPool(`
    const loaded = new Date().getFullYear();
    exports.handler = async () => [loaded, new Date().getFullYear(), new Date(Date.now()).getFullYear(),
      Date().slice(11, 15), new Date(0).getTime(), new Date() instanceof Date];
  `);
  expect(await pool.invoke('fn', {})).toMatchObject({ payload: [2030, 2030, 2030, '2030', 0, true] });
  await clock.advance(400 * 24 * 3_600_000);
  expect(await pool.invoke('fn', {})).toMatchObject({ payload: [2030, 2031, 2031, '2031', 0, true] });
});

test('gives the process its environment and context, and nothing of the environment of the lab', async () => {
  process.env.ONLY_IN_THE_LAB = 'x';
  const { pool } = aPool(
    `exports.handler = async (event, context) => ({
      env: process.env, name: context.functionName, memory: context.memoryLimitInMB,
      arn: context.invokedFunctionArn, request: context.awsRequestId, left: context.getRemainingTimeInMillis() });`,
    { environment: { TABLE_NAME: 't' } },
  );
  const result = await pool.invoke('fn', {});
  expect(result).toMatchObject({
    payload: {
      env: { TABLE_NAME: 't', AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_KINESIS: 'http://127.0.0.1:1' },
      name: 'fn',
      memory: '128',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:fn',
      request: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  });
  const { env, left } = (result as { payload: { env: object; left: number } }).payload;
  expect(env).not.toHaveProperty('ONLY_IN_THE_LAB');
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(5_000);
  delete process.env.ONLY_IN_THE_LAB;
});

test.each([
  ['a thrown error', "exports.handler = async () => { throw new TypeError('bad'); };", 'TypeError', 'bad'],
  ['an error called back', "exports.handler = (e, c, done) => done(new RangeError('far'));", 'RangeError', 'far'],
  ['an exit', 'exports.handler = async () => process.exit(3);', 'Runtime.ExitError', 'exit status 3'],
  [
    'an error outside the handler',
    "exports.handler = () => new Promise(() => setTimeout(() => { throw new Error('lost'); }, 1));",
    'Error',
    'lost',
  ],
  [
    'a rejection that nobody handles',
    "exports.handler = () => new Promise(() => { Promise.reject(new Error('lost')); });",
    'Runtime.UnhandledPromiseRejection',
    'lost',
  ],
  ['an error while loading', "throw new SyntaxError('early');", 'SyntaxError', 'early'],
  [
    'too little memory',
    'exports.handler = async () => { const all = []; for (;;) all.push({ text: String(all.length) }); };',
    'Runtime.ExitError',
    'signal: SIGABRT',
  ],
  ['a missing handler', '', 'Runtime.HandlerNotFound', 'index.handler is undefined or not exported'],
])('fails when there is %s, and answers the next invocation', async (_what, source, errorType, errorMessage) => {
  const { pool, metrics } = aPool(source, { memoryMiB: 16, timeoutMs: 30_000 });
  const failure = {
    kind: 'failure',
    functionError: 'Unhandled',
    errorType,
    errorMessage: expect.stringContaining(errorMessage),
  };
  expect(await pool.invoke('fn', {})).toMatchObject(failure);
  expect(await pool.invoke('fn', {})).toMatchObject(failure);
  expect(metrics.sum('Errors')).toBe(2);
});

test('fails when an answer is larger than Lambda carries, and keeps the process', async () => {
  const { pool } = aPool("exports.handler = async (bytes) => 'x'.repeat(bytes - 2);");
  expect(await pool.invoke('fn', 6_291_557)).toMatchObject({
    kind: 'failure',
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
  });
  expect(await pool.invoke('fn', 6_291_556)).toMatchObject({ kind: 'success' });
});

test('fails when the time is up, and starts a new process afterwards', async () => {
  const { pool } = aPool(
    'const loadedBy = process.pid; exports.handler = (e) => e.hang ? new Promise(() => {}) : Promise.resolve(loadedBy);',
    { timeoutMs: 100 },
  );
  const before = await pool.invoke('fn', {});
  expect(await pool.invoke('fn', { hang: true })).toMatchObject({
    errorType: 'Sandbox.Timedout',
    errorMessage: 'Task timed out after 0.10 seconds',
  });
  const after = await pool.invoke('fn', {});
  expect(after).toMatchObject({ kind: 'success' });
  expect((after as { payload: number }).payload).not.toBe((before as { payload: number }).payload);
});

test('keeps a process warm, and ends it when it has had no work', async () => {
  const { pool } = aPool('let calls = 0; exports.handler = async () => ++calls;', {}, { idleLimitMs: 200 });
  expect(await pool.invoke('fn', {})).toMatchObject({ payload: 1 });
  expect(await pool.invoke('fn', {})).toMatchObject({ payload: 2 });
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(await pool.invoke('fn', {})).toMatchObject({ payload: 1 });
});

test('throttles above the reserved concurrency, and holds the clock while it runs', async () => {
  const { pool, metrics, clock } = aPool('exports.handler = async () => 1;', { reservedConcurrency: 1 });
  const first = pool.invoke('fn', {});
  expect(clock.holds).toBe(1);
  expect(await pool.invoke('fn', {})).toEqual({ kind: 'throttled' });
  expect(await first).toMatchObject({ kind: 'success' });
  expect(clock.holds).toBe(0);
  expect(metrics.sum('Throttles')).toBe(1);
  expect(metrics.sum('Invocations')).toBe(1);
  expect(metrics.values('ConcurrentExecutions')).toEqual([1]);
});

test('hands over every line that a function writes, and keeps it in a file', async () => {
  const lines: string[] = [];
  const { pool } = aPool(
    "exports.handler = async () => { console.log('one\\u2028still one'); console.error('two'); };",
    { name: 'writer' },
    { onLogLine: (name, line) => lines.push(`${name}: ${line}`) },
  );
  await pool.invoke('writer', {});
  await pool.stop();
  expect(lines.sort()).toEqual(['writer: one\u2028still one', 'writer: two']);
  expect(readFileSync(join(folder, 'logs/writer.log'), 'utf8').split('\n').sort()).toEqual([
    '',
    'one\u2028still one',
    'two',
  ]);
});

test('lets what runs end before it stops', async () => {
  const { pool } = aPool("exports.handler = () => new Promise((done) => setTimeout(done, 100, 'done'));");
  const running = pool.invoke('fn', {});
  await pool.stop();
  expect(await running).toMatchObject({ kind: 'success', payload: 'done' });
  expect(await pool.invoke('fn', {})).toEqual({ kind: 'throttled' });
});

test('stops although what a function started holds its output open', async () => {
  const { pool } = aPool(`
    const { spawn } = require('node:child_process');
    exports.handler = async () => spawn('sleep', ['30'], { stdio: 'inherit', detached: true }).pid;
  `);
  const started = await pool.invoke('fn', {});
  try {
    await pool.stop(0);
  } finally {
    process.kill((started as { payload: number }).payload);
  }
});

test('fails when the function does not exist', async () => {
  const { pool } = aPool('');
  await expect(pool.invoke('other', {})).rejects.toThrow('Function not found: other');
});

test('fails when the asset is gone', async () => {
  const { pool } = aPool('', { assetPath: join(folder, 'gone') });
  expect(await pool.invoke('fn', {})).toMatchObject({ kind: 'failure', errorType: 'Runtime.ExitError' });
});

test('keeps the stack of an error in the log', async () => {
  const { pool } = aPool("exports.handler = async () => { throw new Error('bad'); };", { name: 'thrower' });
  await pool.invoke('thrower', {});
  await pool.stop();
  expect(readFileSync(join(folder, 'logs/thrower.log'), 'utf8')).toMatch(
    /^Invoke Error .*"stack":\["Error: bad",.*index\.js/m,
  );
});

test('leaves an interrupt from the terminal to the lab', async () => {
  const { pool } = aPool('exports.handler = async () => process.pid;');
  const first = await pool.invoke('fn', {});
  process.kill((first as { payload: number }).payload, 'SIGINT');
  process.kill((first as { payload: number }).payload, 'SIGTERM');
  expect(await pool.invoke('fn', {})).toMatchObject({ payload: (first as { payload: number }).payload });
});

test.each([
  ['functions end', false],
  ['functions that are busy for ever end', true],
])('%s with the lab, even when that is killed', async (_rule, busy) => {
  const lab = join(folder, 'lab.cjs');
  buildSync({
    stdin: {
      contents: `
        import { FunctionPool } from './local/services/lambda/function-pool.ts';
        const [fn, options] = JSON.parse(process.argv[2]);
        const clock = { nowMs: Date.now, hold: (work) => work() };
        const onLogLine = (name, line) => console.log(line);
        const rest = { functions: [fn], clock, metrics: { put() {} }, endpoints: {}, onLogLine };
        void new FunctionPool({ ...options, ...rest }).invoke('fn', { busy: process.argv[3] === 'true' });
      `,
      resolveDir: process.cwd(),
      loader: 'ts',
    },
    outfile: lab,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  const source = `
    const server = require('node:net').createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    exports.handler = async ({ busy }) => {
      require('node:fs').writeSync(1, server.address().port + '\\n');
      while (busy);
    };
  `;
  const fn = aFunction({ assetPath: anAsset(folder, source) });
  const options = { logDir: join(folder, 'logs'), runtimeLoop: join(folder, 'runtime-loop.cjs') };
  const parent = spawn(process.execPath, [lab, JSON.stringify([fn, options]), String(busy)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
  expect(await isOpen(port)).toBe(true);
  parent.kill('SIGKILL');
  while (await isOpen(port)) await new Promise((resolve) => setTimeout(resolve, 10));
});

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

test('what loading the asset takes is not part of the duration', async () => {
  const loading = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);';
  const { pool, metrics } = aPool(`${loading} exports.handler = async () => 'done';`);
  expect(await pool.invoke('fn', {})).toMatchObject({ kind: 'success' });
  const { value } = metrics.datapoints.find(({ name }) => name === 'Duration')!;
  expect(value).toBeLessThan(1_000);
});
