// Puts replayed records to a stream, each marked beside its data, in the order of its key.
import type { UserRecord } from '../../core/records/aggregated/user-record.js';
import { renderOrigin, replayTags } from '../../core/records/replay-mark.js';
import { type AwsProducerOptions, createProducer, NUMBER_TAG, PRODUCER_TAG } from '../producer/index.js';
import type { ChosenRecord, FailedDelivery, ReplayTarget } from './ports.js';

export interface StreamTargetOptions extends Pick<AwsProducerOptions, 'endpoint' | 'region' | 'credentials'> {
  readonly streamName: string;
  readonly replayId: string;
  /** Largest record that the stream takes, data and key. */
  readonly maxRecordBytes: number;
  /**
   * Whether records say that they are replayed. They then go as aggregated records, which only consumers read that
   * de-aggregate; without it each goes with its own bytes and nothing else.
   */
  readonly marked: boolean;
}

const LINGER_MS = 20;
/** Time without a record accepted after which the stream counts as taking nothing. */
const PATIENCE_MS = 60_000;
/** Failures of a record, however often it is put. Any other is the stream's, and ends the replay. */
const OF_RECORD: ReadonlySet<string> = new Set([
  ...['RecordTooLarge', 'InvalidPartitionKey', 'InvalidExplicitHashKey', 'InvalidData'],
  ...['InvalidArgumentException', 'ValidationException'],
]);

/** Makes a target that puts to a stream. */
export function streamTarget(options: StreamTargetOptions): ReplayTarget {
  const { streamName, maxRecordBytes, replayId, marked, ...aws } = options;
  const producer = createProducer({
    ...{ ...aws, streamName, maxRecordBytes, lingerMs: LINGER_MS, recordTtlMs: PATIENCE_MS },
    // By key: never on a shard where a part of it does not belong, and batches of a key keep their order.
    ...{ aggregation: marked ? 'by-key' : 'off', order: 'per-key' },
  });
  return {
    async deliver(records) {
      const origins = new Map<UserRecord, ChosenRecord['origin']>();
      for (const chosen of records.flatMap((record) => record.chosen)) {
        origins.set(marked ? mark(chosen, replayId) : bare(chosen.record), chosen.origin);
      }
      const failed: FailedDelivery[] = [];
      let fault: string | undefined;
      await producer.putAll(origins.keys(), {
        onOutcome(record, outcome) {
          if (outcome.kind === 'put') return;
          const reason = `${outcome.errorCode}: ${outcome.message}`;
          if (OF_RECORD.has(outcome.errorCode)) failed.push({ origin: origins.get(record), reason });
          else fault ??= reason;
        },
      });
      if (fault !== undefined) throw new Error(`put records to '${streamName}' failed: ${fault}`);
      return { failed };
    },
    close: () => producer.close({ signal: AbortSignal.timeout(PATIENCE_MS) }),
  };
}

function mark({ record, origin }: ChosenRecord, replayId: string): UserRecord {
  const tags = replayTags(record.tags, { replayId, ...(origin && { origin: renderOrigin(origin) }) }, [
    PRODUCER_TAG,
    NUMBER_TAG,
  ]);
  return { ...record, tags };
}

function bare({ partitionKey, explicitHashKey, data }: UserRecord): UserRecord {
  return { partitionKey, data, ...(explicitHashKey !== undefined && { explicitHashKey }) };
}
