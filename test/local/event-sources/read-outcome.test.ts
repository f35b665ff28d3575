import { expect, test } from '@jest/globals';
import { readOutcome } from '../../../local/event-sources/read-outcome.js';
import { answered, aStreamRecord, reported, threw } from '../../support/a-mapping.js';

const records = [1, 2, 3].map((number) => aStreamRecord(number));
const passed = { kind: 'passed' };
const failed = { kind: 'failed' };

test.each([
  ['no answer is success', answered(null), passed],
  ['an empty answer is success', answered({}), passed],
  ['an empty list is success', reported(), passed],
  ['an absent list is success', answered({ batchItemFailures: null }), passed],
  ['one failure begins where it stands', reported('2'), { kind: 'failed-from', index: 1 }],
  ['of several failures the lowest counts', reported('3', '2'), { kind: 'failed-from', index: 1 }],
  ['an empty identifier fails the batch', reported(''), failed],
  ['a null identifier fails the batch', reported('2', null), failed],
  ['a misspelt identifier fails the batch', answered({ batchItemFailures: [{ itemIdentifer: '2' }] }), failed],
  ['an identifier from elsewhere fails the batch', reported('9'), failed],
  ['a list that is none fails the batch', answered({ batchItemFailures: 'all' }), failed],
  ['an answer that is no object fails the batch', answered('done'), failed],
  ['a thrown error fails the batch', threw(), failed],
  ['throttling is no failure', { kind: 'throttled' } as const, { kind: 'throttled' }],
])('%s', (_rule, result, outcome) => {
  expect(readOutcome(result, records, true)).toEqual(outcome);
});

test('the answer does not matter to a mapping that does not ask for failures', () => {
  expect(readOutcome(reported('2'), records, false)).toEqual(passed);
});
