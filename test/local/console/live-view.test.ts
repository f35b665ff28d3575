import { expect, test } from '@jest/globals';
import { startDisplay } from '../../../local/console/live-display.js';
import { renderLine, renderScreen } from '../../../local/console/live-view.js';
import type { LabStatus } from '../../../local/lab-status.js';

function aStatus(changes: Partial<LabStatus> = {}): LabStatus {
  return {
    stackName: 'Platform',
    labNowMs: 0,
    labElapsedMs: 3_723_000,
    wallElapsedMs: 65_000,
    speed: 60,
    achievedSpeed: 57.28,
    streams: [{ name: 'events', openShards: 2, recordsIn: 12_345 }],
    consumers: [{ name: 'Alert', processed: 12_000, failed: 0, unread: 345 }],
    deliveredObjects: 7,
    deliveredRecords: 11_000,
    alarms: [
      { name: 'Lag', state: 'ALARM' },
      { name: 'Throttles', state: 'OK' },
    ],
    alerts: 3,
    resizes: 1,
    ...changes,
  };
}

test('the screen shows everything that moves', () => {
  expect(renderScreen(aStatus(), 100).split('\n')).toEqual([
    'lab       Platform  01:02:03 of lab time in 00:01:05 (speed 57.3 of 60)',
    'stream    events  in 12,345  shards 2',
    'consumer  Alert  processed 12,000  failed 0  lag 345',
    'out       11,000 records in 7 objects',
    'alarms    Lag',
    'events    3 alerts  1 resizes',
  ]);
});

test('no line of the screen is wider than the terminal', () => {
  for (const line of renderScreen(aStatus(), 20).split('\n')) expect(line.length).toBeLessThanOrEqual(20);
});

test('many ringing alarms are named in part, none by number', () => {
  const alarms = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ name, state: 'ALARM' as const }));
  expect(renderScreen(aStatus({ alarms }), 100)).toContain('a, b, c, d and 2 more');
  expect(renderScreen(aStatus({ alarms: [] }), 100)).toContain('none of 0');
  expect(renderLine(aStatus({ alarms: [] }))).toContain('  alarms 0  ');
});

test('the line is one line', () => {
  expect(renderLine(aStatus())).toBe(
    '01:02:03 of lab time in 00:01:05 (speed 57.3 of 60)  in 12,345  lag Alert 345  shards 2  ' +
      'delivered 11,000 in 7 objects  alarms Lag  alerts 3  resizes 1',
  );
});

test('a terminal is redrawn in place, and a printed line stays above the screen', () => {
  let text = '';
  const display = startDisplay({ isTTY: true, columns: 80, write: (part: string) => (text += part) }, () => aStatus());
  display.print('hello');
  display.print('again');
  display.stop();
  expect(text.split('\u001b[6A\u001b[0J')).toHaveLength(3);
  expect(text.indexOf('hello')).toBeLessThan(text.indexOf('lab '));
});

test('a file gets lines, no control characters', () => {
  let text = '';
  const display = startDisplay({ write: (part: string) => (text += part) }, () => aStatus());
  display.print('hello');
  display.stop();
  expect(text).toBe(`hello\n${renderLine(aStatus())}\n`);
});
