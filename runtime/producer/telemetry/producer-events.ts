// What happens to a producer, told as it happens. Ids, counts and codes; never a payload, never a key.
import type { SkewReport } from '../../../core/sharding/traffic-skew.js';
import type { ProducerMetrics } from './producer-metrics.js';

export type ProducerEvent =
  /** A shard refused records. `sharePercent` is how much of its limits the producer goes on with. */
  | { readonly type: 'throttled'; readonly shardId: string; readonly records: number; readonly sharePercent: number }
  /** Records will be sent again. */
  | { readonly type: 'retried'; readonly errorCode: string; readonly records: number }
  /** Records were given up, and could not be spilled or there is nowhere to. */
  | { readonly type: 'failed'; readonly errorCode: string; readonly records: number }
  /** Records were kept elsewhere. */
  | { readonly type: 'spilled'; readonly records: number; readonly bytes: number }
  /** They could not be kept elsewhere: they have failed. */
  | { readonly type: 'spill-failed'; readonly errorName: string; readonly records: number }
  /** A put was turned away, as the buffers or its shard's share of them are full. Told once a second at most. */
  | {
      readonly type: 'full';
      readonly errorCode: 'ProducerFull' | 'ShardFull';
      readonly records: number;
      readonly bytes: number;
    }
  /** The stream has other shards than before. */
  | {
      readonly type: 'resharded';
      readonly openShards: number;
      readonly opened: readonly string[];
      readonly closed: readonly string[];
    }
  | {
      readonly type: 'shard-map-failed';
      readonly errorCode: string;
      readonly message: string;
      readonly retryInMs: number;
    }
  /** An aggregated record was stored by another shard than expected; records put again arrive a second time. */
  | {
      readonly type: 'wrong-shard';
      readonly expectedShardId: string;
      readonly shardId: string;
      readonly records: number;
      readonly isPutAgain: boolean;
    }
  /** The hottest keys and shards of the time since the last report, if `skew` is on. */
  | { readonly type: 'skew'; readonly report: SkewReport }
  /** The counts so far, once a minute while there is traffic and when the producer is closed. */
  | { readonly type: 'metrics'; readonly metrics: ProducerMetrics };

/** Hands events on to whoever asked for them. */
export class ProducerEvents {
  readonly #listener: ((event: ProducerEvent) => void) | undefined;

  constructor(listener: ((event: ProducerEvent) => void) | undefined) {
    this.#listener = listener;
  }

  /** A listener that throws must not stop records: what it throws is its own loss. */
  emit(event: ProducerEvent): void {
    try {
      this.#listener?.(event);
    } catch {
      // Nobody is left to tell.
    }
  }
}
