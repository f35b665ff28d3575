// What becomes of a batch after an invocation: advance, deliver again, split or give up. Pure.
import { UNBOUNDED } from '../../core/limits-lambda.js';
import type { EventSourceMappingModel } from '../template/model.js';
import type { Outcome } from './read-outcome.js';

/** A part of a batch, by the positions of its records, to be delivered with `retries` of them used up. */
export interface Part {
  readonly from: number;
  readonly to: number;
  readonly retries: number;
}

export interface Plan {
  /** Records at the beginning that passed. */
  readonly passed: number;
  /** What is delivered next, in order; together it is all that neither passed nor is given up. */
  readonly next: readonly Part[];
  /** Every record after those that passed goes to the failure destination. */
  readonly giveUp: boolean;
  /** Nothing has changed since the last delivery: wait before the next one. */
  readonly backOff: boolean;
}

export type RetrySettings = Pick<EventSourceMappingModel, 'bisectOnError' | 'maximumRetryAttempts'>;

/**
 * Plans what follows an invocation with `size` records that had used up `retries`.
 *
 * A split uses up no retry: a partial failure splits at the returned record, any other in half. A throttled invocation
 * did not reach the function and uses up none either.
 */
export function planAfterInvocation(
  outcome: Outcome,
  { size, retries }: { readonly size: number; readonly retries: number },
  { bisectOnError, maximumRetryAttempts }: RetrySettings,
): Plan {
  if (outcome.kind === 'passed') return { passed: size, next: [], giveUp: false, backOff: false };
  if (outcome.kind === 'throttled') {
    return { passed: 0, next: [{ from: 0, to: size, retries }], giveUp: false, backOff: true };
  }
  const passed = outcome.kind === 'failed-from' ? outcome.index : 0;
  if (bisectOnError && passed > 0) {
    return { passed, next: [{ from: passed, to: size, retries }], giveUp: false, backOff: false };
  }
  if (bisectOnError && size > 1) {
    const half = Math.ceil(size / 2);
    const next = [
      { from: 0, to: half, retries },
      { from: half, to: size, retries },
    ];
    return { passed, next, giveUp: false, backOff: false };
  }
  if (maximumRetryAttempts !== UNBOUNDED && retries >= maximumRetryAttempts) {
    return { passed, next: [], giveUp: true, backOff: false };
  }
  return { passed, next: [{ from: passed, to: size, retries: retries + 1 }], giveUp: false, backOff: passed === 0 };
}
