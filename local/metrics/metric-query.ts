// Metrics and expressions that refer to each other by id, as alarms and GetMetricData state them.
import type { AlarmQuery } from '../template/model.js';
import type { Expression } from './expression.js';
import { parseExpression } from './expression.js';
import type { MathContext, MathValue } from './expression-functions.js';
import type { MetricStore, Series } from './metric-store.js';
import { periodsOf } from './metric-store.js';
import { parseStatistic } from './value-summary.js';

/** Queries that have been checked: every expression parses, every id exists, none refers to itself. */
export class MetricQuerySet {
  readonly #queries: readonly AlarmQuery[];
  readonly #expressions = new Map<string, Expression>();
  /** Period of the expressions: the shortest of the metrics, as in CloudWatch. */
  readonly #periodMs: number;

  constructor(queries: readonly AlarmQuery[], periodMs: number) {
    this.#queries = queries;
    this.#periodMs = Math.min(periodMs, ...queries.flatMap(({ metric }) => (metric ? [metric.periodMs] : [])));
    for (const { id, expression, metric } of queries) {
      if (metric) parseStatistic(metric.statistic);
      if (expression !== undefined) this.#expressions.set(id, parseExpression(expression));
    }
    for (const { id } of queries) this.#checkReferences(id, []);
  }

  /** Values of every query that returns data, by id. */
  read(store: MetricStore, startMs: number, endMs: number): ReadonlyMap<string, Series> {
    const periods = periodsOf(startMs, endMs, this.#periodMs);
    const metrics = new Map<string, Series>();
    for (const { id, metric } of this.#queries) {
      if (metric) metrics.set(id, store.statistics(metric, startMs, endMs, metric.periodMs));
    }
    const values = new Map<string, MathValue>(metrics);
    const context: MathContext = {
      periods,
      periodMs: this.#periodMs,
      metrics,
      valueOf: (id) => {
        const value = values.get(id) ?? this.#expressions.get(id)!.evaluate(context);
        values.set(id, value);
        return value;
      },
    };
    const returned = this.#queries.filter(({ returnData }) => returnData);
    return new Map(returned.map(({ id }) => [id, toSeries(id, context.valueOf(id), periods)]));
  }

  #checkReferences(id: string, path: readonly string[]): void {
    if (!this.#queries.some((query) => query.id === id)) {
      throw new Error(
        `metric expression '${this.#expressions.get(path.at(-1) ?? '')?.text}' refers to '${id}', which no query has`,
      );
    }
    if (path.includes(id)) throw new Error(`metric expression '${this.#expressions.get(id)?.text}' refers to itself`);
    for (const next of this.#expressions.get(id)?.ids ?? []) this.#checkReferences(next, [...path, id]);
  }
}

/** A number stands at every period; a list has no single series. */
function toSeries(id: string, value: MathValue, periods: readonly number[]): Series {
  if (typeof value === 'number') return new Map(periods.map((atMs) => [atMs, value]));
  if (value instanceof Map) return value;
  const list = value as readonly (number | Series)[];
  if (list.length === 1) return toSeries(id, list[0]!, periods);
  throw new Error(
    `metric query '${id}' must give one series, got a list of ${list.length}; set 'returnData' to false on it`,
  );
}
