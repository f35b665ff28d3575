import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { planAfterInvocation, type RetrySettings } from '../../../local/event-sources/plan-after-invocation.js';
import type { Outcome } from '../../../local/event-sources/read-outcome.js';

interface Run {
  readonly passed: number[];
  readonly givenUp: number[];
  readonly invocations: number;
}

/** Delivers records 0 to size - 1 to a function that fails at the bad ones. */
function deliver(size: number, bad: ReadonlySet<number>, partial: boolean, settings: RetrySettings): Run {
  const run = { passed: [] as number[], givenUp: [] as number[], invocations: 0 };
  const pieces = [{ records: Array.from({ length: size }, (_, index) => index), retries: 0 }];
  for (let piece = pieces.shift(); piece; piece = pieces.shift()) {
    const { records, retries } = piece;
    run.invocations += 1;
    const plan = planAfterInvocation(outcomeOf(records, bad, partial), { size: records.length, retries }, settings);
    run.passed.push(...records.slice(0, plan.passed));
    if (plan.giveUp) run.givenUp.push(...records.slice(plan.passed));
    pieces.unshift(...plan.next.map((part) => ({ records: records.slice(part.from, part.to), retries: part.retries })));
  }
  return run;
}

function outcomeOf(records: readonly number[], bad: ReadonlySet<number>, partial: boolean): Outcome {
  const index = records.findIndex((record) => bad.has(record));
  if (index === -1) return { kind: 'passed' };
  return partial ? { kind: 'failed-from', index } : { kind: 'failed' };
}

const cases = fc.record({
  size: fc.integer({ min: 1, max: 60 }),
  badOnes: fc.array(fc.nat(59), { maxLength: 10 }),
  partial: fc.boolean(),
  bisectOnError: fc.boolean(),
  maximumRetryAttempts: fc.nat(4),
});

test('every record passes or is given up, once, and in order', () => {
  fc.assert(
    fc.property(cases, ({ size, badOnes, partial, ...settings }) => {
      const bad = new Set(badOnes.filter((record) => record < size));
      const { passed, givenUp } = deliver(size, bad, partial, settings);
      expect(passed).toEqual([...passed].sort((a, b) => a - b));
      expect([...passed, ...givenUp].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, index) => index));
      for (const record of bad) expect(givenUp).toContain(record);
    }),
  );
});

test('with bisect exactly the bad records are given up', () => {
  fc.assert(
    fc.property(cases, ({ size, badOnes, partial, maximumRetryAttempts }) => {
      const bad = new Set(badOnes.filter((record) => record < size));
      const { givenUp } = deliver(size, bad, partial, { bisectOnError: true, maximumRetryAttempts });
      expect(givenUp).toEqual([...bad].sort((a, b) => a - b));
    }),
  );
});

test('a bad record is delivered once and then once per retry when it stands alone', () => {
  fc.assert(
    fc.property(fc.nat(20), (maximumRetryAttempts) => {
      const { invocations } = deliver(1, new Set([0]), false, { bisectOnError: true, maximumRetryAttempts });
      expect(invocations).toBe(1 + maximumRetryAttempts);
    }),
  );
});
