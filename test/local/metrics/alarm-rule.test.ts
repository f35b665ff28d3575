import { expect, test } from '@jest/globals';
import { parseAlarmRule } from '../../../local/metrics/alarm-rule.js';
import type { AlarmState } from '../../../local/metrics/evaluate-alarm.js';

const STATES: Readonly<Record<string, AlarmState>> = { a: 'ALARM', b: 'OK', c: 'INSUFFICIENT_DATA' };
const stateOf = (name: string) => STATES[name];

test.each([
  ['ALARM(a)', true],
  ['ALARM("b")', false],
  ["OK('b')", true],
  ['INSUFFICIENT_DATA(c)', true],
  ['ALARM("arn:aws:cloudwatch:us-east-1:000000000000:alarm:a")', true],
  ['NOT ALARM(a)', false],
  ['NOT (ALARM(a) AND ALARM(b))', true],
  // AND binds before OR, NOT before both.
  ['ALARM(a) OR ALARM(b) AND ALARM(b)', true],
  ['(ALARM(a) OR ALARM(b)) AND ALARM(b)', false],
  ['NOT ALARM(b) AND ALARM(a)', true],
  ['TRUE AND NOT FALSE', true],
])('%s is %s where a rings, b is quiet and c has no data', (text, holds) => {
  expect(parseAlarmRule(text).holds(stateOf)).toBe(holds);
});

test.each([
  ['', 'ends too soon'],
  ['ALARM(a', "')' is missing before 'its end'"],
  ['ALARM(a) ALARM(b)', "'ALARM' is not expected"],
  ['ALARM("a)', 'is not expected'],
  ['AT_LEAST(2, ALARM, (a, b))', "does not have 'AT_LEAST'"],
])('fails when the rule is %j', (text, reason) => {
  expect(() => parseAlarmRule(text)).toThrow(reason);
});
