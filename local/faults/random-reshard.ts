// Splits, merges and resizes a stream at a moment that nobody chose.
import type { Shard } from '@aws-sdk/client-kinesis';
import type { KinesisApi } from '../engine/api.js';
import { ServiceError } from '../service-error.js';
import type { Mishap } from './mishap.js';

/** Chaos grows a stream no further: each shard costs the machine a process or two. */
const MAX_SHARDS = 6;

type ReshardApi = Pick<KinesisApi, 'ListShards' | 'SplitShard' | 'MergeShards' | 'UpdateShardCount'>;

/** Does it, or nothing where the service refuses: the stream is being changed, has no neighbour, or is on demand. */
export async function reshardAtRandom(
  kinesis: ReshardApi,
  StreamName: string,
  { kind, size }: Mishap<'record'>,
): Promise<void> {
  const { Shards = [] } = await kinesis.ListShards({ StreamName });
  const open = Shards.filter(({ SequenceNumberRange: range }) => range?.EndingSequenceNumber === undefined).sort(
    (a, b) => (startOf(a) < startOf(b) ? -1 : 1),
  );
  const grown = open.length >= MAX_SHARDS;
  try {
    if (kind === 'resize') {
      const TargetShardCount = grown || size < 0.5 ? Math.ceil(open.length / 2) : open.length + 1;
      await kinesis.UpdateShardCount({ StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' });
    } else if ((kind === 'merge' || grown) && open.length > 1) {
      const at = Math.floor(size * (open.length - 1));
      await kinesis.MergeShards({
        StreamName,
        ShardToMerge: open[at]!.ShardId,
        AdjacentShardToMerge: open[at + 1]!.ShardId,
      });
    } else {
      const shard = open[Math.floor(size * open.length)]!;
      const middle = (startOf(shard) + BigInt(shard.HashKeyRange?.EndingHashKey ?? 0)) / 2n + 1n;
      await kinesis.SplitShard({ StreamName, ShardToSplit: shard.ShardId, NewStartingHashKey: String(middle) });
    }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
  }
}

function startOf({ HashKeyRange }: Shard): bigint {
  return BigInt(HashKeyRange?.StartingHashKey ?? 0);
}
