import { expect, test } from '@jest/globals';
import { parseLabOptions } from '../../cli/lab-options.js';
import { UsageError } from '../../cli/usage-error.js';

test('stands on its defaults without a flag', () => {
  expect(parseLabOptions([])).toMatchObject({
    port: 4567,
    dir: '.lab',
    json: false,
    seed: 1,
    durationMs: undefined,
    metricDelayMs: 0,
  });
});

test('enforces limits unless told not to', () => {
  expect([parseLabOptions([]).limits, parseLabOptions(['--no-limits']).limits]).toEqual([true, false]);
});

test('enforces permissions unless told not to', () => {
  expect(parseLabOptions([])).toMatchObject({ permissions: true });
  expect(parseLabOptions(['--no-permissions'])).toMatchObject({ permissions: false });
});

test('puts rows one by one unless told which share a record', () => {
  const given = [[], ['--aggregate', 'by-shard']].map((flags) => parseLabOptions(['--input', 'x', ...flags]));
  expect(given.map(({ aggregation }) => aggregation)).toEqual(['off', 'by-shard']);
});

test.each([
  ['--duration', '30s', { durationMs: 30_000 }],
  ['--duration', '1.5m', { durationMs: 90_000 }],
  ['--duration', '1h', { durationMs: 3_600_000 }],
  ['--rate', '0.5', { ratePerSecond: 0.5 }],
  ['--speed', '60', { speed: 60 }],
  ['--port', '0', { port: 0 }],
  ['--chaos', '7', { chaosSeed: 7 }],
  ['--metric-delay', '90s', { metricDelayMs: 90_000 }],
  ['--input', '-', { input: '-' }],
  ['--context', 'a=b=c', { context: { a: 'b=c' } }],
])('reads %s %s', (flag, value, expected) => {
  expect(parseLabOptions([flag, value])).toMatchObject(expected);
  expect(parseLabOptions([`${flag}=${value}`])).toMatchObject(expected);
});

test.each([
  [['--duration', '30'], "'--duration' must be a duration above zero, got '30'; write it as 30s, 5m or 1h"],
  [['--duration', '0s'], "'--duration' must be a duration above zero, got '0s'"],
  [['--duration', '600h'], "'--duration' must be at most 596h, got '600h'; leave it out to run until Ctrl-C"],
  [['--rate', '5', '--rate', '6'], "'--rate' must be given once, got it again; drop one of them"],
  [['--rate', '0'], "'--rate' must be a number above 0"],
  [['--rate', 'fast'], "'--rate' must be a number above 0 and at most 10000000, got 'fast'"],
  [['--rate=-1'], "got '-1'"],
  [['--rate', 'NaN'], "got 'NaN'"],
  [['--speed', '0'], "'--speed' must be a number above 0"],
  [['--port', '70000'], "'--port' must be an integer from 0 to 65535, got '70000'; use 0 for any free port"],
  [['--port', '1e3'], "got '1e3'"],
  [['--seed', '1.5'], "'--seed' must be an integer"],
  [['--chaos'], "'--chaos' must have a value, got nothing"],
  [['--chaos', '-1'], "'--chaos' must be an integer from 0 to 4294967295, got '-1'"],
  [['--metric-delay', '-3s'], "'--metric-delay' must be a duration above zero, got '-3s'"],
  [['--format', 'xml', '--input', 'x'], "'--format' must be one of csv, ndjson, lines, got 'xml'"],
  [['--aggregate', 'all', '--input', 'x'], "'--aggregate' must be one of off, by-shard, by-key, got 'all'"],
  [['--aggregate', 'by-key'], "'--aggregate' must go with '--input'"],
  [['--key', 'user'], "'--key' must go with '--input'"],
  [['--no-load', '--input', 'x'], "'--no-load' must go without '--input', got both; drop one of them"],
  [['--no-load', '--rate', '5'], "'--no-load' must go without '--rate', got both"],
  [['--context', 'x'], "'--context' must be KEY=VALUE, got 'x'"],
  [['--nope'], "'--nope' is not a flag of 'lab'; see 'kinesis-platform help lab'"],
  [['-x'], "'-x' is not a flag of 'lab'"],
  [['file.csv'], "'file.csv' must be a flag of 'lab'"],
  [['--input'], "'--input' must have a value, got nothing"],
  [['--input', '--json'], "'--input' must have a value, got '--json'"],
  [['--json=yes'], "'--json' must stand alone, got 'yes'"],
])('fails when given %j', (args, message) => {
  expect(() => parseLabOptions(args)).toThrow(UsageError);
  expect(() => parseLabOptions(args)).toThrow(message);
});
