// Values of command-line flags: text in, typed value out, or one clear refusal.
import { UsageError } from './usage-error.js';

const DURATION_UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** Longest time that Node's timers take. */
const DURATION_MAX_MS = 2 ** 31 - 1;

/** Milliseconds of `30s`, `5m` or `1h`. */
export function parseDurationMs(flag: string, text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([smh])$/.exec(text) ?? [];
  const ms = Number(amount) * DURATION_UNITS_MS[unit as keyof typeof DURATION_UNITS_MS];
  if (!(ms > 0)) {
    throw new UsageError(`'${flag}' must be a duration above zero, got '${text}'; write it as 30s, 5m or 1h`);
  }
  if (ms > DURATION_MAX_MS) {
    const hours = Math.floor(DURATION_MAX_MS / DURATION_UNITS_MS.h);
    throw new UsageError(`'${flag}' must be at most ${hours}h, got '${text}'; leave it out to run until Ctrl-C`);
  }
  return ms;
}

export interface IntegerBounds {
  readonly min: number;
  readonly max: number;
  /** What the user should do instead. */
  readonly advice: string;
}

export function parseInteger(flag: string, text: string, bounds: IntegerBounds): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < bounds.min || value > bounds.max) {
    throw new UsageError(
      `'${flag}' must be an integer from ${bounds.min} to ${bounds.max}, got '${text}'; ${bounds.advice}`,
    );
  }
  return value;
}

export interface NumberBounds {
  readonly above: number;
  readonly max: number;
  readonly advice: string;
}

export function parseNumber(flag: string, text: string, bounds: NumberBounds): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > bounds.above && value <= bounds.max)) {
    throw new UsageError(
      `'${flag}' must be a number above ${bounds.above} and at most ${bounds.max}, got '${text}'; ${bounds.advice}`,
    );
  }
  return value;
}

export function parseChoice<T extends string>(flag: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) {
    throw new UsageError(`'${flag}' must be one of ${choices.join(', ')}, got '${text}'; choose one of them`);
  }
  return found;
}
