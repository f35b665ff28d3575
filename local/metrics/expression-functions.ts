// Functions of metric math, over values that are numbers, series, or lists of both.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
import type { Series } from './metric-store.js';

/** A scalar, a time series, or a list of them. */
export type MathValue = number | Series | readonly (number | Series)[];

/** What an expression is evaluated against. */
export interface MathContext {
  /** Starts of the periods that are asked for, in order. */
  readonly periods: readonly number[];
  readonly periodMs: number;
  /** Value of another query by its id. */
  valueOf(id: string): MathValue;
  /** The plain metrics, not the expressions, by id. */
  readonly metrics: ReadonlyMap<string, Series>;
}

type MathFunction = (args: readonly (MathValue | string)[], context: MathContext) => MathValue;

/** Applies `operate` to two values; between series, where both have data. What is not a number is left out. */
export function combine(a: MathValue, b: MathValue, operate: (a: number, b: number) => number): MathValue {
  if (typeof a === 'number' && typeof b === 'number') return operate(a, b);
  const [left, right] = [single(a), single(b)];
  const times = typeof left === 'number' ? (right as Series).keys() : left.keys();
  const series = new Map<number, number>();
  for (const atMs of times) {
    const [x, y] = [at(left, atMs), at(right, atMs)];
    const value = x === undefined || y === undefined ? Number.NaN : operate(x, y);
    if (Number.isFinite(value)) series.set(atMs, value);
  }
  return series;
}

/** The functions by name; any other is refused when the expression is parsed. */
export const FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  ABS: ([value]) => mapValues(value, Math.abs),
  CEIL: ([value]) => mapValues(value, Math.ceil),
  FLOOR: ([value]) => mapValues(value, Math.floor),
  MAX: ([value]) => reduce(value, (values) => Math.max(...values)),
  MIN: ([value]) => reduce(value, (values) => Math.min(...values)),
  SUM: ([value]) => reduce(value, total),
  AVG: ([value]) => reduce(value, (values) => total(values) / values.length),
  PERIOD: (_, { periodMs }) => periodMs / 1000,
  METRICS: ([part], { metrics }) =>
    [...metrics].filter(([id]) => typeof part !== 'string' || id.includes(part)).map(([, series]) => series),
  IF: ([condition, then, otherwise]) =>
    choose(value(condition), value(then), otherwise === undefined ? undefined : value(otherwise)),
  FILL: ([filled, filler], context) => {
    const of = value(filled);
    return isList(of) ? of.map((item) => fill(series(item), filler, context)) : fill(series(of), filler, context);
  },
  RATE: ([rated]) => {
    const result = new Map<number, number>();
    let previous: readonly [number, number] | undefined;
    for (const point of series(rated)) {
      if (previous) result.set(point[0], (point[1] - previous[1]) / ((point[0] - previous[0]) / 1000));
      previous = point;
    }
    return result;
  },
};

function fill(filled: Series, filler: MathValue | string | undefined, { periods }: MathContext): Series {
  const result = new Map<number, number>();
  let last: number | undefined;
  for (const atMs of periods) {
    const known = filled.get(atMs);
    const other =
      filler === 'REPEAT'
        ? last
        : typeof filler === 'string' || filler === undefined
          ? undefined
          : at(single(filler), atMs);
    last = known ?? other;
    if (last !== undefined) result.set(atMs, last);
  }
  return result;
}

function choose(condition: MathValue, then: MathValue, otherwise: MathValue | undefined): MathValue {
  const test = single(condition);
  if (typeof test === 'number') return test === 0 ? (otherwise ?? new Map()) : then;
  const result = new Map<number, number>();
  for (const [atMs, holds] of test) {
    const chosen = holds === 0 ? otherwise : then;
    const found = chosen === undefined ? undefined : at(single(chosen), atMs);
    if (found !== undefined) result.set(atMs, found);
  }
  return result;
}

/** A list becomes a series, moment by moment over what has data; a series becomes a number. */
function reduce(argument: MathValue | string | undefined, over: (values: readonly number[]) => number): MathValue {
  const of = value(argument);
  if (typeof of === 'number') return of;
  if (!isList(of)) return of.size === 0 ? of : over([...of.values()]);
  const times = [...new Set(of.flatMap((item) => (typeof item === 'number' ? [] : [...item.keys()])))].sort(
    (a, b) => a - b,
  );
  const valuesAt = (atMs: number) => of.map((item) => at(item, atMs)).filter((found) => found !== undefined);
  return new Map(times.map((atMs) => [atMs, over(valuesAt(atMs))]));
}

function mapValues(argument: MathValue | string | undefined, over: (value: number) => number): MathValue {
  return combine(value(argument), 0, over);
}

function value(argument: MathValue | string | undefined): MathValue {
  if (argument === undefined || typeof argument === 'string')
    throw new Error('a metric math function lacks an argument');
  return argument;
}

function series(argument: MathValue | string | undefined): Series {
  const found = single(value(argument));
  if (typeof found === 'number') throw new Error('a metric math function needs a time series, got a number');
  return found;
}

function single(of: MathValue): number | Series {
  if (!isList(of)) return of;
  if (of.length === 1) return of[0]!;
  throw new Error('metric math in the lab takes a list of series only in MAX, MIN, SUM and AVG');
}

function at(of: number | Series, atMs: number): number | undefined {
  return typeof of === 'number' ? of : of.get(atMs);
}

function isList(of: MathValue): of is readonly (number | Series)[] {
  return Array.isArray(of);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0);
}
