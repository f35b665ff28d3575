// The event that the function is invoked with, checked: people write it by hand.
import type { ReplayRequestEvent } from './contract.js';

const NAME = /^[A-Za-z0-9_.-]{1,100}$/;

/** A request with its times in milliseconds. */
export interface ReplayStepRequest {
  readonly name: string;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly keys: readonly string[] | undefined;
  readonly ratePerSecond: number;
  readonly marked: boolean;
}

const DEFAULT_RATE = 1_000;

/** Fails with the field and its rule. */
export function readRequest(event: unknown): ReplayStepRequest {
  const { name, from, to, keys, ratePerSecond = DEFAULT_RATE, unmarked } = (event ?? {}) as Partial<ReplayRequestEvent>;
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new Error(
      `'name' must be 1 to 100 letters, digits, dots, dashes or underscores, got ${show(name)}; name the replay`,
    );
  }
  if (keys !== undefined && !(Array.isArray(keys) && keys.every((key) => typeof key === 'string'))) {
    throw new Error(`'keys' must be a list of partition keys, got ${show(keys)}; leave it out for all`);
  }
  if (typeof ratePerSecond !== 'number' || !(ratePerSecond > 0)) {
    throw new Error(
      `'ratePerSecond' must be a number above 0, got ${show(ratePerSecond)}; leave it out for ${DEFAULT_RATE}`,
    );
  }
  return { name, fromMs: time('from', from), toMs: time('to', to), keys, ratePerSecond, marked: unmarked !== true };
}

function time(field: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new Error(`'${field}' must be a time as 2026-11-20T10:00:00Z, got ${show(value)}; correct it`);
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : `'${String(value)}'`;
}
