// Puts through the platform's own producer to the lab's endpoint, as any application would; it only waits in lab time.
import type { Clock } from '../../local/clock.js';
import {
  type Aggregation,
  awsProducerPorts,
  createProducerOn,
  type ProducerPorts,
  type PutOutcome,
  type UserRecord,
} from '../../runtime/producer/index.js';

export interface StreamWriterOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly streamName: string;
  readonly maxRecordBytes: number;
  /**
   * Which records share a record of the stream.
   *
   * @default 'off'
   */
  readonly aggregation?: Aggregation;
  readonly clock: Clock;
}

export interface StreamWriter {
  /**
   * Puts until the stream has taken every record, or refused it for good, or `signal` is aborted. Fails when the stream
   * cannot be put to at all.
   */
  put(records: readonly UserRecord[], signal: AbortSignal): Promise<readonly PutOutcome[]>;
  close(): void;
}

/** First wait after a throttled put, in lab milliseconds: a shard's limits are refilled within a second. */
const RETRY_BASE_MS = 200;
const RETRY_CAP_MS = 2_000;

/** The lab takes any; a profile of the user's is not asked for them. */
const ANY_CREDENTIALS = { accessKeyId: 'lab', secretAccessKey: 'lab' };

/** What the records are to blame for; anything else would befall every further put too. */
const RECORD_REFUSALS: ReadonlySet<string> = new Set(['Aborted', 'InvalidArgumentException', 'ValidationException']);

export function createStreamWriter({
  endpoint,
  region,
  streamName,
  maxRecordBytes,
  aggregation = 'off',
  clock,
}: StreamWriterOptions): StreamWriter {
  // Its notice on Node versions belongs to whoever installs the SDK, not onto the lab's screen.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const ports = awsProducerPorts({ endpoint, region, credentials: ANY_CREDENTIALS, requestTimeoutMs: 60_000 });
  const producer = createProducerOn(inLabTime(ports, clock), streamName, {
    aggregation,
    maxRecordBytes,
    retryBaseMs: RETRY_BASE_MS,
    retryCapMs: RETRY_CAP_MS,
    // Whoever loads the lab decides on how much and how long; what is too much, its shards refuse.
    shardRatePercent: Number.POSITIVE_INFINITY,
    recordTtlMs: Number.POSITIVE_INFINITY,
    maxBufferedRecords: Number.MAX_SAFE_INTEGER,
    maxBufferedBytes: Number.MAX_SAFE_INTEGER,
  });
  return {
    async put(records, signal) {
      const putting = Promise.all(records.map((record) => producer.put(record)));
      await producer.flush({ signal });
      const outcomes = await putting;
      for (const outcome of outcomes) {
        if (outcome.kind === 'put' || outcome.attempts === 0 || RECORD_REFUSALS.has(outcome.errorCode)) continue;
        throw new Error(`put records to '${streamName}' failed: ${outcome.errorCode}: ${outcome.message}`);
      }
      return outcomes;
    },
    close: () => ports.close(),
  };
}

/** The producer's ports, with the lab's clock, which waits for the calls under way. */
export function inLabTime(ports: ProducerPorts, clock: Clock): ProducerPorts {
  return {
    ...ports,
    nowMs: () => clock.nowMs(),
    putRecords: (...call) => clock.hold(() => ports.putRecords(...call)),
    listShards: (...call) => clock.hold(() => ports.listShards(...call)),
    sleep: (ms, signal) => clock.sleep(ms, signal).catch(() => undefined),
  };
}
