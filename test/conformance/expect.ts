// How rules say what they expect, with messages that tell what came instead.
import assert from 'node:assert/strict';

/** Errors for an input that breaks a constraint; the pages name both and do not say which is for what. */
export const INVALID = ['ValidationException', 'InvalidArgumentException'] as const;

/** The call must be refused with one of these error names; returns the error. */
export async function refuses(call: Promise<unknown>, ...names: readonly string[]): Promise<Error> {
  const outcome = await call.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) assert.fail(`expected ${names.join(' or ')}, got an answer`);
  const { error } = outcome;
  if (!(error instanceof Error)) assert.fail(`expected ${names.join(' or ')}, got ${String(error)}`);
  if (!names.includes(error.name)) {
    assert.fail(`expected ${names.join(' or ')}, got ${error.name}: ${error.message.slice(0, 120)}`);
  }
  return error;
}

/** `actual` must equal `expected`. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  assert.deepEqual(actual, expected, `${what}: expected ${shown(expected)}, got ${shown(actual)}`);
}

/** `condition` must hold. */
export function holds(condition: unknown, what: string): asserts condition {
  assert.ok(condition, what);
}

/** `actual` must lie between the bounds, both included. */
export function between(actual: number, least: number, most: number, what: string): void {
  assert.ok(actual >= least && actual <= most, `${what}: expected ${least} to ${most}, got ${actual}`);
}

function shown(value: unknown): string {
  return String(JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? String(part) : part))).slice(0, 160);
}
