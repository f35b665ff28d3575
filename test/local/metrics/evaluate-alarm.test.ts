import { expect, test } from '@jest/globals';
import type { AlarmState } from '../../../local/metrics/evaluate-alarm.js';
import { evaluateAlarm } from '../../../local/metrics/evaluate-alarm.js';
import { anAlarm } from '../../support/an-alarm.js';

const M = 60_000;

/** `points` are from the oldest to the newest: X breaches, 0 does not, - is missing. */
function verdict(points: string, of: Parameters<typeof anAlarm>[0], previous: AlarmState = 'INSUFFICIENT_DATA') {
  const marks = points.split(' ');
  const series = new Map(
    marks.flatMap((mark, index) => (mark === '-' ? [] : [[index * M, mark === 'X' ? 1 : 0] as const])),
  );
  return evaluateAlarm(anAlarm(of), series, marks.length * M + 2_000, previous).state;
}

const RETAINED = 'INSUFFICIENT_DATA';
const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

// The tables of the CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data".
test.each([
  ['0 - X - X', 3, ['OK', 'OK', 'OK', 'OK']],
  ['- - - - 0', 3, ['OK', 'OK', 'OK', 'OK']],
  ['- - - - -', 3, ['INSUFFICIENT_DATA', RETAINED, 'ALARM', 'OK']],
  ['0 X X - X', 3, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['- - X - -', 3, ['ALARM', RETAINED, 'ALARM', 'OK']],
  ['0 - X - X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 0 X 0 X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 - X - -', 2, ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - - 0', 2, ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - X -', 2, ['ALARM', RETAINED, 'ALARM', 'OK']],
] as const)('takes %s as documented when %i of 3 datapoints are needed', (points, datapointsToAlarm, expected) => {
  const rule = { evaluationPeriods: 3, datapointsToAlarm };
  expect(treatments.map((treatMissingData) => verdict(points, { ...rule, treatMissingData }))).toEqual(expected);
});

test('keeps the state it had when missing data is ignored', () => {
  const rule = { treatMissingData: 'ignore' } as const;
  expect(verdict('- - -', rule, 'ALARM')).toBe('ALARM');
  expect(verdict('- - -', rule, 'OK')).toBe('OK');
});

test.each([
  ['GreaterThanThreshold', [false, false, true]],
  ['GreaterThanOrEqualToThreshold', [false, true, true]],
  ['LessThanThreshold', [true, false, false]],
  ['LessThanOrEqualToThreshold', [true, true, false]],
] as const)('compares by %s', (comparison, expected) => {
  const alarm = anAlarm({ comparison, threshold: 5 });
  const states = [4, 5, 6].map((value) => evaluateAlarm(alarm, new Map([[0, value]]), M, 'OK').state);
  expect(states.map((state) => state === 'ALARM')).toEqual(expected);
});

test('takes only whole periods: the running minute does not count', () => {
  const alarm = anAlarm();
  expect(evaluateAlarm(alarm, new Map([[M, 1]]), 2 * M - 1, 'OK').state).toBe('INSUFFICIENT_DATA');
  expect(evaluateAlarm(alarm, new Map([[M, 1]]), 2 * M, 'OK').state).toBe('ALARM');
});

test('says what it saw', () => {
  const alarm = anAlarm({ evaluationPeriods: 3, datapointsToAlarm: 2, threshold: 5, treatMissingData: 'notBreaching' });
  expect(evaluateAlarm(alarm, new Map([[0, 6]]), M, 'OK').reason).toBe(
    '1 of 3 datapoints above 5 (2 make an alarm), 2 missing',
  );
});
