import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { runPlan } from '../../cli/plan.js';
import { linePlanner } from '../../cli/plan-line.js';
import { DEFAULT_SETTINGS } from '../../core/scaling/planner/settings.js';

const aLine = (given: Record<string, unknown> = {}) =>
  JSON.stringify({
    minute: 10,
    nowMs: 600_000,
    openShards: 4,
    status: 'ACTIVE',
    metrics: { incomingBytes: 4 * 62_914_560, incomingRecords: 49_152, writeThrottledRecords: 49_152, metricMinute: 7 },
    callsLast24h: 0,
    peakHint: null,
    ...given,
  });

async function talk(args: readonly string[], lines: readonly string[]) {
  const stdio = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const status = runPlan(args, stdio);
  const answers: string[] = [];
  for (const line of lines) {
    stdio.stdin.write(`${line}\n`);
    const [answer] = await new Promise<string[]>((resolve) =>
      stdio.stdout.once('data', (chunk) => resolve([String(chunk)])),
    );
    answers.push(answer!);
  }
  stdio.stdin.end();
  return { status: await status, answers, errors: String(stdio.stderr.read() ?? '') };
}

test('answers each line before it reads the next', async () => {
  const { status, answers, errors } = await talk(['--stdio'], [aLine({ minute: 1, metrics: null }), aLine()]);
  expect(answers).toEqual(['{"action":"hold"}\n', '{"action":"updateShardCount","target":8}\n']);
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
});

test('answers a line it cannot read with hold, and says why on standard error', async () => {
  const { answers, errors } = await talk(['--stdio'], ['{"minute":', aLine()]);
  expect(answers).toEqual(['{"action":"hold"}\n', '{"action":"updateShardCount","target":8}\n']);
  expect(errors).toBe(`error: a line must be a JSON object, got '{"minute":'; send one object a line\n`);
});

test.each([
  [{ minute: -1 }, "'minute' must be an integer of at least 0, got -1; correct it"],
  [{ openShards: 2.5 }, "'openShards' must be an integer of at least 1, got 2.5; correct it"],
  [{ status: 'DELETING' }, `'status' must be ACTIVE or UPDATING, got "DELETING"; correct it`],
  [{ callsLast24h: null }, "'callsLast24h' must be an integer of at least 0, got null; correct it"],
  [{ metrics: 3 }, "'metrics' must be an object or null, got 3; correct it"],
  [
    { shards: [{ id: 1 }] },
    `'shards' must be a list of {"id":string,"share":number,"throttled":number}, got [{"id":1}]; correct it`,
  ],
  [{ metrics: {} }, "'metrics.incomingBytes' must be a number of at least 0, got nothing; correct it"],
])('fails when a field is wrong: %j', (given, error) => {
  expect(linePlanner(DEFAULT_SETTINGS)(aLine(given))).toEqual({ line: '{"action":"hold"}', error });
});

test('splits the shard that throttles while the stream has room, by id', () => {
  const answer = linePlanner(DEFAULT_SETTINGS);
  const metrics = { incomingBytes: 2.5 * 62_914_560, incomingRecords: 30_720, writeThrottledRecords: 6_000 };
  const shards = ['a', 'b', 'c', 'd'].map((id) => ({
    id,
    share: id === 'b' ? 0.4 : 0.2,
    throttled: id === 'b' ? 6_000 : 0,
  }));
  const answers = [10, 11, 12, 13, 14].map((minute) =>
    answer(aLine({ minute, metrics: { ...metrics, metricMinute: minute - 3 }, shards })),
  );
  expect(answers.map(({ line }) => line)).toContain('{"action":"split","count":1,"shards":["b"]}');
});

test('keeps to its bounds', async () => {
  const { answers } = await talk(['--stdio', '--min-shards', '2', '--max-shards', '5'], [aLine()]);
  expect(answers).toEqual(['{"action":"updateShardCount","target":5}\n']);
});

test.each([
  [[], "'--stdio' must be given"],
  [
    ['--stdio', '--min-shards', '9', '--max-shards', '3'],
    "'--max-shards' must be at least '--min-shards' (9), got '3'",
  ],
  [['--stdio', '--throttled-gb-price', '0'], "'--throttled-gb-price' must be a number above 0"],
])('fails when its flags are wrong: %j', async (args, error) => {
  const stdio = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  await expect(runPlan(args, stdio)).rejects.toThrow(error);
});
