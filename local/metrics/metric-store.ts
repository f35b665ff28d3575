// What CloudWatch would know of the lab: a summary per metric and lab minute, kept for a day.
import type { Datapoint, Dimensions, MetricSink } from './metric-sink.js';
import { parseStatistic, ValueSummary } from './value-summary.js';

/** Finest time that the store keeps. */
export const MINUTE_MS = 60_000;

/** How long minutes are kept: the longest period that an alarm may have, and one hour. */
const RETENTION_MS = 25 * 60 * MINUTE_MS;

/** Most metrics that are kept; a dimension that takes any value cannot exhaust the memory. */
const MAX_METRICS = 20_000;

/** One statistic of one metric. */
export interface StatisticQuery {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
  readonly statistic: string;
}

/** Values by the start of their period, epoch milliseconds, in order; periods without data are left out. */
export type Series = ReadonlyMap<number, number>;

type Minutes = Map<number, ValueSummary>;

export class MetricStore implements MetricSink {
  readonly #metrics = new Map<string, Minutes>();
  readonly #dimensionKeys = new WeakMap<Dimensions, string>();
  readonly #visibleUntilMs: () => number;
  #refused = 0;

  /** Readers see the minutes before `visibleUntilMs` only; what comes in is kept at once. */
  constructor({ visibleUntilMs = () => Number.POSITIVE_INFINITY }: { readonly visibleUntilMs?: () => number } = {}) {
    this.#visibleUntilMs = visibleUntilMs;
  }

  /** Datapoints that were not kept, because there were too many metrics or they were not numbers. */
  get refused(): number {
    return this.#refused;
  }

  put(datapoint: Datapoint): void {
    if (Number.isFinite(datapoint.value)) this.#summaryFor(datapoint)?.add(datapoint.value);
    else this.#refused += 1;
  }

  /** Puts a set of values of which only the sums are known. */
  putSet(at: Omit<Datapoint, 'value'>, set: Parameters<ValueSummary['addSet']>[0]): void {
    this.#summaryFor(at)?.addSet(set);
  }

  /**
   * Gives one value per period from `startMs`, rounded down to the minute, to before `endMs`.
   * Dimensions match exactly, as in CloudWatch: fewer dimensions are another metric.
   */
  statistics(query: StatisticQuery, startMs: number, endMs: number, periodMs: number): Series {
    const statistic = parseStatistic(query.statistic);
    const minutes = this.#metrics.get(this.#keyOf(query));
    const series = new Map<number, number>();
    if (!minutes) return series;
    const visibleUntilMs = this.#visibleUntilMs();
    for (const periodStartMs of periodsOf(startMs, endMs, periodMs)) {
      const summary = new ValueSummary();
      for (let atMs = periodStartMs; atMs < periodStartMs + periodMs; atMs += MINUTE_MS) {
        const minute = minutes.get(atMs);
        if (minute && atMs < visibleUntilMs) summary.merge(minute);
      }
      const value = statistic(summary);
      if (value !== undefined) series.set(periodStartMs, value);
    }
    return series;
  }

  #summaryFor(datapoint: Omit<Datapoint, 'value'>): ValueSummary | undefined {
    const minuteMs = Math.floor(datapoint.atMs / MINUTE_MS) * MINUTE_MS;
    const minutes = this.#minutesOf(this.#keyOf(datapoint));
    if (!minutes) {
      this.#refused += 1;
      return undefined;
    }
    const known = minutes.get(minuteMs);
    if (known) return known;
    for (const oldMs of minutes.keys()) {
      if (oldMs > minuteMs - RETENTION_MS) break;
      minutes.delete(oldMs);
    }
    const summary = new ValueSummary();
    minutes.set(minuteMs, summary);
    return summary;
  }

  #minutesOf(key: string): Minutes | undefined {
    const known = this.#metrics.get(key);
    if (known || this.#metrics.size >= MAX_METRICS) return known;
    const minutes: Minutes = new Map();
    this.#metrics.set(key, minutes);
    return minutes;
  }

  #keyOf({ namespace, name, dimensions }: Pick<Datapoint, 'namespace' | 'name' | 'dimensions'>): string {
    let dimensionKey = this.#dimensionKeys.get(dimensions);
    if (dimensionKey === undefined) {
      dimensionKey = JSON.stringify(Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1)));
      this.#dimensionKeys.set(dimensions, dimensionKey);
    }
    return `${namespace}\0${name}\0${dimensionKey}`;
  }
}

/** Starts of the periods from `startMs`, rounded down to the minute, to before `endMs`. */
export function periodsOf(startMs: number, endMs: number, periodMs: number): number[] {
  const starts: number[] = [];
  const firstMs = Math.floor(startMs / MINUTE_MS) * MINUTE_MS;
  for (let atMs = firstMs; atMs < endMs; atMs += periodMs) starts.push(atMs);
  return starts;
}
