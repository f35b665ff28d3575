// What a producer can be told, and what it does when told nothing.
import { PUT_RECORDS_MAX_RECORDS } from '../../core/limits.js';
import type { TrafficSkewOptions } from '../../core/sharding/traffic-skew.js';
import type { SaltingOptions } from './buffering/salt.js';
import { checkSettings } from './check-settings.js';
import type { SpillSink } from './outcomes/spill.js';
import type { EmbeddedMetricsOptions } from './telemetry/embedded-metrics.js';
import type { ProducerEvent } from './telemetry/producer-events.js';

/**
 * Which user records share a record of the stream.
 *
 * - `off`: none. Any consumer reads them; each pays for 25 KB, and counts against the 1,000 a second of its shard.
 * - `by-shard`: those of one shard, as the KPL does. Needs ListShards; consumers must de-aggregate.
 * - `by-key`: those of one partition key. Never on a wrong shard, at its best with few busy keys.
 */
export type Aggregation = 'off' | 'by-shard' | 'by-key';

/** How a producer works. */
export interface ProducerSettings {
  /**
   * Which user records share a record of the stream. All consumers must de-aggregate before this is switched on.
   *
   * @default 'off'
   */
  readonly aggregation?: Aggregation;

  /**
   * With `by-shard`: the keys of a shard are divided among this many aggregated records, each with a partition key of its
   * own, so that a consumer that runs several batches of a shard at once keeps the order of each key and has work for all
   * of them. 1 is the KPL's way: one partition key for everything.
   *
   * @default 1
   */
  readonly keyBuckets?: number;

  /**
   * `best-effort`: records of a shard go out in the order of their puts, but those that the shard refuses arrive after
   * later ones. `per-key`: records of one partition key arrive in the order of their puts, whatever fails; one that waits
   * for another try holds back those behind it.
   *
   * @default 'best-effort'
   */
  readonly order?: 'best-effort' | 'per-key';

  /**
   * What to do about an aggregated record that a reshard has sent to a shard where some of its user records do not
   * belong. The KCL drops such a record whole: `put-again` puts all of them a second time, so that nothing is lost and
   * consumers without the KCL's rule, such as Lambda, see them twice. `accept` loses them for KCL consumers only.
   *
   * @default 'put-again'
   */
  readonly wrongShard?: 'put-again' | 'accept';

  /**
   * Most bytes of an aggregated record, data and partition key. Two payload units of 25 KB by default, none of it wasted.
   *
   * @default 51200
   */
  readonly maxAggregateBytes?: number;

  /**
   * Largest record that the stream takes, data and partition key.
   *
   * @default 1048576
   */
  readonly maxRecordBytes?: number;

  /**
   * Longest time that a record waits for others to go with, in milliseconds.
   *
   * @default 100
   */
  readonly lingerMs?: number;

  /**
   * Time after which a record that is not in the stream is given up, in milliseconds.
   *
   * @default 30000
   */
  readonly recordTtlMs?: number;

  /**
   * Most times that a record is sent.
   *
   * @default Infinity - as often as `recordTtlMs` leaves time for
   */
  readonly maxAttempts?: number;

  /**
   * Ceiling of the wait before the first retry, in milliseconds; it doubles with each further one.
   *
   * @default 100
   */
  readonly retryBaseMs?: number;

  /**
   * Ceiling of any such wait, in milliseconds.
   *
   * @default 5000
   */
  readonly retryCapMs?: number;

  /**
   * High-water mark: most records that may be unsettled at a time.
   *
   * @default 50000
   */
  readonly maxBufferedRecords?: number;

  /**
   * High-water mark: most bytes, data and partition keys, that may be unsettled at a time.
   *
   * @default 33554432
   */
  readonly maxBufferedBytes?: number;

  /**
   * Most that a shard is sent in a second, in percent of its documented limits of 1,000 records and 1 MiB. Infinity
   * leaves it to the service to refuse.
   *
   * @default 100
   */
  readonly shardRatePercent?: number;

  /**
   * Most PutRecords calls at a time; also the most connections.
   *
   * @default 24
   */
  readonly maxCalls?: number;

  /**
   * Most records of one PutRecords call.
   *
   * @default 500
   */
  readonly maxCallRecords?: number;

  /**
   * Most bytes of one PutRecords call.
   *
   * @default 5242880
   */
  readonly maxCallBytes?: number;

  /**
   * Writes the producer's id and a running number into the tags of each user record, so that a consumer can drop what
   * arrives twice. Costs about 20 bytes a record and needs aggregation. The id must be another one each time a producer
   * is made: the number starts at 0.
   *
   * @default - no tags
   */
  readonly producerId?: string;

  /**
   * Spreads busy keys over several shards, at the cost of their order.
   *
   * @default - partition keys stay as they are
   */
  readonly salting?: SaltingOptions;

  /**
   * Where records go that could not be put, such as `s3Spill(…)`.
   *
   * @default - they settle as failed, and are the caller's
   */
  readonly spill?: SpillSink;

  /**
   * Told what happens.
   *
   * @default - nobody is
   */
  readonly onEvent?: (event: ProducerEvent) => void;

  /**
   * Reports the hottest keys and shards once a minute: their shares as an event, those of the hottest as the metrics
   * `HottestKeyPercent` and `HottestShardPercent`. A key is named by a digest; `{ nameKey: (key) => key }` shows it.
   *
   * @default false
   */
  readonly skew?: boolean | TrafficSkewOptions;

  /**
   * Writes the counts once a minute in CloudWatch's embedded metric format.
   *
   * @default - no metrics are written
   */
  readonly embeddedMetrics?: EmbeddedMetricsOptions;
}

/** Settings with every default filled in. */
export type ResolvedSettings = Required<
  Omit<ProducerSettings, 'producerId' | 'salting' | 'spill' | 'onEvent' | 'embeddedMetrics'>
> &
  Pick<ProducerSettings, 'producerId' | 'salting' | 'spill' | 'onEvent' | 'embeddedMetrics'>;

const MIB = 1_024 * 1_024;

export function resolveSettings(settings: ProducerSettings): ResolvedSettings {
  const resolved: ResolvedSettings = {
    ...settings,
    aggregation: settings.aggregation ?? 'off',
    keyBuckets: settings.keyBuckets ?? 1,
    order: settings.order ?? 'best-effort',
    wrongShard: settings.wrongShard ?? 'put-again',
    maxAggregateBytes: settings.maxAggregateBytes ?? 51_200,
    maxRecordBytes: settings.maxRecordBytes ?? MIB,
    lingerMs: settings.lingerMs ?? 100,
    recordTtlMs: settings.recordTtlMs ?? 30_000,
    maxAttempts: settings.maxAttempts ?? Number.POSITIVE_INFINITY,
    retryBaseMs: settings.retryBaseMs ?? 100,
    retryCapMs: settings.retryCapMs ?? 5_000,
    maxBufferedRecords: settings.maxBufferedRecords ?? 50_000,
    maxBufferedBytes: settings.maxBufferedBytes ?? 32 * MIB,
    shardRatePercent: settings.shardRatePercent ?? 100,
    maxCalls: settings.maxCalls ?? 24,
    maxCallRecords: settings.maxCallRecords ?? PUT_RECORDS_MAX_RECORDS,
    maxCallBytes: settings.maxCallBytes ?? 5 * MIB,
    skew: settings.skew ?? false,
  };
  checkSettings(resolved);
  return resolved;
}
