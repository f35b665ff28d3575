import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { runSimulate } from '../../cli/simulate.js';

const directory = mkdtempSync(join(tmpdir(), 'simulate-'));
afterAll(() => rmSync(directory, { recursive: true }));

function simulate(...args: string[]): string {
  let printed = '';
  expect(
    runSimulate(args, (text) => {
      printed += text;
    }),
  ).toBe(0);
  return printed;
}

function aTrace(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

const flat = () =>
  aTrace('flat.csv', `minute,load\n${Array.from({ length: 120 }, (_, minute) => `${minute},0.5`).join('\n')}\n`);

test('compares policies on a trace file, as one line of JSON', () => {
  const printed = simulate('--trace', flat(), '--peak', '4', '--policy', 'fixed-peak', '--policy', 'oracle', '--json');
  const { trace, days, policies } = JSON.parse(printed);
  expect({ trace, days }).toEqual({ trace: 'flat', days: 0.08 });
  expect(Object.keys(policies)).toEqual(['fixed-peak', 'oracle']);
  expect(policies['fixed-peak']).toMatchObject({ throttledVolume: 0, xOracle: 1, j: 1.44, refused: 0 });
});

test('prints a table of every policy', () => {
  const printed = simulate('--generate', 'dead', '--days', '1', '--peak', '3');
  expect(printed).toContain('dead: 1 days, peak 3 MiB/s');
  expect(printed.split('\n').filter((line) => line.includes('%'))).toHaveLength(8);
});

test('draws demand, capacity and throttling', () => {
  const file = join(directory, 'run.svg');
  simulate('--generate', 'launch', '--days', '1', '--policy', 'planner', '--policy', 'naive', '--plot', file);
  const svg = readFileSync(file, 'utf8');
  expect(svg.startsWith('<svg ')).toBe(true);
  expect(svg.match(/<g>/g)).toHaveLength(2);
  expect(svg).toContain('planner on launch');
  expect(svg).not.toContain('NaN');
});

test.each([
  ['time,value\n0,1\n', "must begin with the line 'minute,load', got 'time,value'"],
  ['minute,load\n0,1\n2,1\n', 'line 3 of '],
  ['minute,load\n0,-1\n', 'must be a minute and a load of at least 0'],
  ['minute,load\n', 'must have 1 to 527040 minutes, got 0'],
])('fails when the trace is %j', (text, error) => {
  expect(() => simulate('--trace', aTrace('bad.csv', text))).toThrow(error);
});

test.each([
  [['--policy', 'best'], "'--policy' must be one of planner, "],
  [['--plot', 'x.png'], "'--plot' must name a file ending in .svg, got 'x.png'"],
  [['--trace', 'a.csv', '--days', '3'], "'--days' must be left out with '--trace'"],
])('fails when its flags are wrong: %j', (args, error) => {
  expect(() => simulate(...args)).toThrow(error);
});
