// What CloudWatch sees of a stream: one datapoint per metric and call, with the call's sum, stamped with lab time.
// https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
import type { Dimensions, MetricSink } from '../../metrics/metric-sink.js';

const NAMESPACE = 'AWS/Kinesis';

type Unit = 'Count' | 'Bytes' | 'Milliseconds';

/** Name, value and unit of one observation. */
export type Observation = readonly [name: string, value: number, unit: Unit];

/** The metrics of one stream, of its shards where they are switched on, and of its consumers. */
export class StreamMetrics {
  /** Shard-level metrics that are switched on. */
  readonly shardLevel = new Set<string>();
  readonly #sink: MetricSink;
  readonly #dimensions: Dimensions;
  readonly #parts = new Map<string, Dimensions>();

  constructor(sink: MetricSink, streamName: string) {
    this.#sink = sink;
    this.#dimensions = { StreamName: streamName };
  }

  stream(atMs: number, observations: readonly Observation[]): void {
    this.#put(this.#dimensions, atMs, observations);
  }

  shard(shardId: string, atMs: number, observations: readonly Observation[]): void {
    const wanted = observations.filter(([name]) => this.shardLevel.has(name));
    if (wanted.length > 0) this.#put(this.#part('ShardId', shardId), atMs, wanted);
  }

  consumer(consumerName: string, atMs: number, observations: readonly Observation[]): void {
    this.#put(this.#part('ConsumerName', consumerName), atMs, observations);
  }

  #part(dimension: string, value: string): Dimensions {
    const key = `${dimension}/${value}`;
    let dimensions = this.#parts.get(key);
    if (!dimensions) {
      dimensions = { ...this.#dimensions, [dimension]: value };
      this.#parts.set(key, dimensions);
    }
    return dimensions;
  }

  #put(dimensions: Dimensions, atMs: number, observations: readonly Observation[]): void {
    for (const [name, value, unit] of observations) {
      this.#sink.put({ namespace: NAMESPACE, dimensions, name, value, atMs, unit });
    }
  }
}
