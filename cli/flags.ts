// Values of command-line flags: text in, typed value out, or one clear refusal.
import { STREAM_NAME_PATTERN } from '../core/limits.js';
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

/** Name of a stream that has to be given. */
export function parseStreamName(command: string, flag: string, name: string | undefined): string {
  if (name === undefined) {
    throw new UsageError(`'${flag}' must be given, got nothing; see 'kinesis-platform help ${command}'`);
  }
  if (STREAM_NAME_PATTERN.test(name)) return name;
  throw new UsageError(
    `'${flag}' must be a stream's name (letters, digits, _ . -), got '${name}'; an ARN ends with it`,
  );
}

export function parseEndpoint(flag: string, text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  const example = URL.canParse(`http://${text}`) ? `http://${text}` : 'http://127.0.0.1:4567';
  throw new UsageError(`'${flag}' must be a URL, got '${text}'; write it as ${example}`);
}

const AGO_UNITS_MS = { ...DURATION_UNITS_MS, d: 86_400_000 } as const;

/** A time as such, or before whatever is now. */
export type Moment = { readonly kind: 'at'; readonly atMs: number } | { readonly kind: 'ago'; readonly ms: number };

/** An ISO 8601 time, or `90m` for that long ago. */
export function parseMoment(flag: string, text: string): Moment {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  if (unit !== undefined) return { kind: 'ago', ms: Number(amount) * AGO_UNITS_MS[unit as keyof typeof AGO_UNITS_MS] };
  const atMs = /^\d{4}-\d\d-\d\d(T.*)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(atMs)) return { kind: 'at', atMs };
  throw new UsageError(
    `'${flag}' must be a time as 2026-11-20T10:00:00Z, or how long ago as 30s, 90m, 2h or 1d, got '${text}'; correct it`,
  );
}

export function momentMs(moment: Moment, nowMs: number): number {
  return moment.kind === 'at' ? moment.atMs : nowMs - moment.ms;
}
