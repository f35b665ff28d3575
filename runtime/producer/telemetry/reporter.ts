// Tells the counts, and the hottest keys and shards, once a minute while there is traffic; it has no timer of its own.
import { type SkewReport, TrafficSkew, type TrafficSkewOptions } from '../../../core/sharding/traffic-skew.js';
import { type EmbeddedMetricsOptions, renderEmbeddedMetrics } from './embedded-metrics.js';
import type { ProducerEvents } from './producer-events.js';
import { emptyTally, type ProducerMetrics } from './producer-metrics.js';

const REPORT_MS = 60_000;
const HOTTEST = 10;

export interface ReporterOptions {
  readonly streamName: string;
  readonly events: ProducerEvents;
  readonly metrics: () => ProducerMetrics;
  readonly embeddedMetrics?: EmbeddedMetricsOptions | undefined;
  readonly skew: boolean | TrafficSkewOptions;
}

export class Reporter {
  readonly #options: ReporterOptions;
  readonly #skew: TrafficSkew | undefined;
  #told: ProducerMetrics;
  #sinceMs: number;

  constructor(options: ReporterOptions, nowMs: number) {
    this.#options = options;
    const { skew } = options;
    this.#skew = skew ? new TrafficSkew(skew === true ? {} : skew) : undefined;
    this.#told = emptyTally();
    this.#sinceMs = nowMs;
  }

  /** Whether records are to be counted for the skew. */
  get isWatching(): boolean {
    return this.#skew !== undefined;
  }

  /** Counts a record for the skew. */
  observe(partitionKey: string, bytes: number, shardId: string | undefined): void {
    this.#skew?.observe(partitionKey, bytes, shardId);
  }

  /** When what has happened since the last report is to be written; undefined when nothing is to be. */
  get dueAtMs(): number | undefined {
    const { embeddedMetrics, metrics } = this.#options;
    return embeddedMetrics && this.#hasNews(metrics()) ? this.#sinceMs + REPORT_MS : undefined;
  }

  reportIfDue(nowMs: number): void {
    if (nowMs - this.#sinceMs >= REPORT_MS) this.report(nowMs);
  }

  /** Tells what has happened since the last time. */
  report(nowMs: number): void {
    const { events, embeddedMetrics, streamName } = this.#options;
    const metrics = this.#options.metrics();
    this.#sinceMs = nowMs;
    if (!this.#hasNews(metrics)) return;
    events.emit({ type: 'metrics', metrics });
    const skew = this.#hottest();
    if (skew) events.emit({ type: 'skew', report: skew });
    this.#skew?.decay();
    if (embeddedMetrics) {
      const write = embeddedMetrics.write ?? ((line: string) => process.stdout.write(line));
      const line = renderEmbeddedMetrics(this.#told, metrics, nowMs, streamName, {
        ...embeddedMetrics,
        ...(skew && { skew }),
      });
      try {
        write(line);
      } catch {
        // A line that is lost must not stop records.
      }
    }
    this.#told = metrics;
  }

  #hasNews({ userRecordsReceived, attempts, bufferedRecords }: ProducerMetrics): boolean {
    const told = this.#told;
    return (
      userRecordsReceived !== told.userRecordsReceived ||
      attempts !== told.attempts ||
      bufferedRecords !== told.bufferedRecords
    );
  }

  /** A name for a key is the caller's to make, and what that throws must not stop records. */
  #hottest(): SkewReport | undefined {
    try {
      return this.#skew?.hottest(HOTTEST);
    } catch {
      return undefined;
    }
  }
}
