// Everything about a stream but its records, as one line of the state journal, and the way back.
import type { ConsumerStatus, StreamStatus } from '@aws-sdk/client-kinesis';
import type { UniformScalingPlan } from '../reshard/plan-uniform-scaling.js';
import { Shard, shardId } from '../streams/shard.js';
import type { Stream, StreamMode } from '../streams/stream.js';

interface ShardState {
  readonly index: number;
  readonly start: string;
  readonly end: string;
  readonly openedAtMs: number;
  readonly createdSeconds: number;
  readonly parentIds: readonly string[];
  readonly closed?: { readonly atMs: number; readonly children: readonly string[] } | undefined;
}

/** A stream as the journal keeps it. */
export interface StreamState {
  readonly name: string;
  readonly createdAtMs: number;
  readonly mode: StreamMode;
  readonly status: StreamStatus;
  readonly retentionHours: number;
  readonly maxRecordKiB: number;
  readonly warmThroughputMiBps?: number | undefined;
  readonly recordDistribution: 'AUTO' | 'USER_PARTITION_KEY';
  readonly keyId?: string | undefined;
  readonly reshards: number;
  readonly droppedRecords: number;
  readonly shardsMade: number;
  readonly shardLevel: readonly string[];
  readonly tags: readonly (readonly [string, string])[];
  readonly policies: readonly (readonly [string, string])[];
  readonly shardCountCalls: readonly number[];
  readonly modeSwitches: readonly number[];
  readonly consumers: readonly ConsumerState[];
  readonly resharding?: { readonly splits: string[]; readonly merges: string[]; readonly isUpperFirst?: boolean };
  readonly shards: readonly ShardState[];
}

interface ConsumerState {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  readonly status: ConsumerStatus;
  readonly tags: readonly (readonly [string, string])[];
}

/** What the journal is to keep of `stream`. */
export function saveStream(stream: Stream): StreamState {
  const { name, createdAtMs, mode, status, retentionHours, maxRecordKiB, warmThroughputMiBps } = stream;
  const { recordDistribution, keyId, reshards, droppedRecords, shardsMade, resharding } = stream;
  return {
    ...{ name, createdAtMs, mode, status, retentionHours, maxRecordKiB, warmThroughputMiBps },
    ...{ recordDistribution, keyId, reshards, droppedRecords, shardsMade },
    shardLevel: [...stream.metrics.shardLevel],
    tags: [...stream.tags],
    policies: [...stream.policies],
    shardCountCalls: stream.shardCountCalls.calls,
    modeSwitches: stream.modeSwitches.calls,
    consumers: [...stream.consumers.values()].map((consumer) => ({ ...consumer, tags: [...consumer.tags] })),
    ...(resharding && {
      resharding: { ...resharding, splits: resharding.splits.map(String), merges: resharding.merges.map(String) },
    }),
    shards: [...stream.shards].map(saveShard),
  };
}

/** Gives a stream that was made anew what the journal kept; `firstPosition` tells where a shard's records begin. */
export function loadStream(stream: Stream, state: StreamState, firstPosition: (shardId: string) => number): void {
  const { status, retentionHours, maxRecordKiB, warmThroughputMiBps, recordDistribution, keyId } = state;
  const { reshards, droppedRecords } = state;
  Object.assign(stream, { status, retentionHours, maxRecordKiB, warmThroughputMiBps, recordDistribution, keyId });
  Object.assign(stream, { reshards, droppedRecords, resharding: loadPlan(state.resharding) });
  for (const name of state.shardLevel) stream.metrics.shardLevel.add(name);
  for (const [key, value] of state.tags) stream.tags.set(key, value);
  for (const [arn, policy] of state.policies) stream.policies.set(arn, policy);
  stream.shardCountCalls.restore(state.shardCountCalls);
  stream.modeSwitches.restore(state.modeSwitches);
  for (const consumer of state.consumers) {
    // Whoever was coming has come, whoever was going is gone.
    if (consumer.status === 'DELETING') continue;
    stream.consumers.set(consumer.name, { ...consumer, status: 'ACTIVE', tags: new Map(consumer.tags) });
  }
  stream.restoreShards(loadShards(state.shards, firstPosition), state.shardsMade);
}

function saveShard(shard: Shard): ShardState {
  const { index, range, openedAtMs, parentIds, end } = shard;
  return {
    index,
    start: String(range.start),
    end: String(range.end),
    openedAtMs,
    createdSeconds: shard.numbers.createdSeconds,
    parentIds,
    ...(end && { closed: { atMs: end.atMs, children: end.children.map((child) => child.id) } }),
  };
}

function loadShards(states: readonly ShardState[], firstPosition: (shardId: string) => number): Shard[] {
  const shards = new Map<string, Shard>();
  for (const { start, end, index, openedAtMs, createdSeconds, parentIds } of states) {
    const range = { start: BigInt(start), end: BigInt(end) };
    const id = shardId(index);
    const origin = { index, range, openedAtMs, createdSeconds, parentIds, firstPosition: firstPosition(id) };
    shards.set(id, new Shard(origin));
  }
  for (const { index, closed } of states) {
    if (!closed) continue;
    const children = closed.children.flatMap((id) => shards.get(id) ?? []);
    shards.get(shardId(index))!.close(closed.atMs, children);
  }
  return [...shards.values()];
}

function loadPlan(saved: StreamState['resharding']): UniformScalingPlan | undefined {
  return saved && { ...saved, splits: saved.splits.map(BigInt), merges: saved.merges.map(BigInt) };
}
