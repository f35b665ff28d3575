import { expect, test } from '@jest/globals';
import { planAfterInvocation } from '../../../local/event-sources/plan-after-invocation.js';

const plain = { bisectOnError: false, maximumRetryAttempts: 2 };
const bisect = { bisectOnError: true, maximumRetryAttempts: 2 };
const failed = { kind: 'failed' } as const;
const failedFrom = (index: number) => ({ kind: 'failed-from', index }) as const;

test.each([
  ['advances past a batch that passed', { kind: 'passed' } as const, { size: 4, retries: 1 }, plain, { passed: 4 }],
  [
    'delivers a throttled batch again without using up a retry',
    { kind: 'throttled' } as const,
    { size: 4, retries: 2 },
    plain,
    { next: [{ from: 0, to: 4, retries: 2 }], backOff: true },
  ],
  [
    'delivers a failed batch again and counts the retry',
    failed,
    { size: 4, retries: 1 },
    plain,
    { next: [{ from: 0, to: 4, retries: 2 }], backOff: true },
  ],
  ['gives up a batch whose retries are used up', failed, { size: 4, retries: 2 }, plain, { giveUp: true }],
  [
    'retries without end when asked to',
    failed,
    { size: 1, retries: 9_999 },
    { ...plain, maximumRetryAttempts: -1 },
    { next: [{ from: 0, to: 1, retries: 10_000 }], backOff: true },
  ],
  [
    'delivers again from the first record that failed',
    failedFrom(3),
    { size: 4, retries: 0 },
    plain,
    { passed: 3, next: [{ from: 3, to: 4, retries: 1 }] },
  ],
  [
    'keeps what passed when it gives up the rest',
    failedFrom(1),
    { size: 4, retries: 2 },
    plain,
    { passed: 1, giveUp: true },
  ],
  [
    'splits a failed batch in half without using up a retry',
    failed,
    { size: 5, retries: 2 },
    bisect,
    {
      next: [
        { from: 0, to: 3, retries: 2 },
        { from: 3, to: 5, retries: 2 },
      ],
    },
  ],
  [
    'splits a partly failed batch at the returned record',
    failedFrom(2),
    { size: 5, retries: 1 },
    bisect,
    { passed: 2, next: [{ from: 2, to: 5, retries: 1 }] },
  ],
  [
    'splits in half when the first record is returned',
    failedFrom(0),
    { size: 2, retries: 0 },
    bisect,
    {
      next: [
        { from: 0, to: 1, retries: 0 },
        { from: 1, to: 2, retries: 0 },
      ],
    },
  ],
  [
    'retries a single record, which cannot be split',
    failed,
    { size: 1, retries: 0 },
    bisect,
    { next: [{ from: 0, to: 1, retries: 1 }], backOff: true },
  ],
  ['gives up a single record whose retries are used up', failed, { size: 1, retries: 2 }, bisect, { giveUp: true }],
] as const)('%s', (_rule, outcome, batch, settings, plan) => {
  const nothing = { passed: 0, next: [], giveUp: false, backOff: false };
  expect(planAfterInvocation(outcome, batch, settings)).toEqual({ ...nothing, ...plan });
});
