import { hashText } from '../../core/sharding/shard-map.js';
import type { Clock } from '../../local/clock.js';
import type { KinesisEngine } from '../../local/engine/engine.js';
import type { EntryReply, ProducerPorts } from '../../runtime/producer/ports.js';
import type { VirtualTime } from './virtual-time.js';

/** Virtual time as the clock of an engine. */
export function clockOf(time: VirtualTime): Clock {
  return {
    nowMs: time.nowMs,
    hold: (work) => work(),
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      await time.sleep(ms, signal);
      signal?.throwIfAborted();
    },
  };
}

/** A producer's way to an engine in the same process, in virtual time. */
export function enginePorts(engine: KinesisEngine, time: VirtualTime, latencyMs: () => number): ProducerPorts {
  return {
    nowMs: time.nowMs,
    sleep: time.sleep,
    random: () => 0.5,
    close: () => undefined,
    async listShards(StreamName) {
      await time.sleep(latencyMs());
      const { Shards = [] } = await engine.ListShards({ StreamName, ShardFilter: { Type: 'AT_LATEST' } });
      const shards = Shards.map(({ ShardId, HashKeyRange }) => ({
        shardId: ShardId!,
        start: hashText(BigInt(HashKeyRange!.StartingHashKey!)),
        end: hashText(BigInt(HashKeyRange!.EndingHashKey!)),
      }));
      return { kind: 'listed', shards };
    },
    async putRecords(StreamName, entries) {
      await time.sleep(latencyMs());
      const { Records = [] } = await engine.PutRecords({
        StreamName,
        Records: entries.map(({ data, partitionKey, explicitHashKey }) => ({
          Data: data,
          PartitionKey: partitionKey,
          ...(explicitHashKey === undefined ? {} : { ExplicitHashKey: explicitHashKey }),
        })),
      });
      const replies = Records.map(
        ({ ErrorCode, ErrorMessage, ShardId, SequenceNumber }): EntryReply =>
          ErrorCode
            ? { kind: 'failed', errorCode: ErrorCode, message: ErrorMessage ?? '' }
            : { kind: 'put', shardId: ShardId!, sequenceNumber: SequenceNumber! },
      );
      return { kind: 'replied', entries: replies };
    },
  };
}
