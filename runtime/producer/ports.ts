// Everything the producer needs from the outside world.
import type { PutEntry } from '../../core/batching/check-put-entry.js';
import type { MappedShard } from '../../core/sharding/shard-map.js';

/** What became of one entry of a request. */
export type EntryReply =
  | { readonly kind: 'put'; readonly shardId: string; readonly sequenceNumber: string }
  | { readonly kind: 'failed'; readonly errorCode: string; readonly message: string };

/** What became of a request: a reply per entry in the entries' order, or one failure of the whole. */
export type RequestReply =
  | { readonly kind: 'replied'; readonly entries: readonly EntryReply[] }
  | { readonly kind: 'failed'; readonly errorCode: string; readonly message: string; readonly retryable: boolean };

/** What a listing of the shards gave. */
export type ShardListing =
  | { readonly kind: 'listed'; readonly shards: readonly MappedShard[] }
  | { readonly kind: 'failed'; readonly errorCode: string; readonly message: string };

/** The stream, the time and the dice. */
export interface ProducerPorts {
  /** Makes one PutRecords call; never rejects for what the service answers. */
  putRecords(streamName: string, entries: readonly PutEntry[]): Promise<RequestReply>;
  /** Lists the open shards, all pages; never rejects for what the service answers. */
  listShards(streamName: string): Promise<ShardListing>;
  /** Epoch milliseconds; never less than before. */
  nowMs(): number;
  /** Waits, or returns early once `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number from 0 to below 1. */
  random(): number;
  /** Closes the connections. */
  close(): void;
}
