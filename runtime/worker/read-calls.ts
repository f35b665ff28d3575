// The calls that the readers of a shard make, and what they make of errors.
import type { ShardPage, ShardPosition, ShardRecord } from './ports.js';

/** Reading by GetRecords. */
export interface PollCalls {
  openIterator(shardId: string, from: ShardPosition): Promise<string>;
  getRecords(iterator: string): Promise<{
    readonly records: readonly ShardRecord[];
    /** None when the shard has ended. */
    readonly next: string | undefined;
    readonly behindMs: number;
  }>;
}

/** Reading by SubscribeToShard. */
export interface SubscribeCalls {
  /** One subscription: it ends after five minutes, or with the shard. */
  subscribe(shardId: string, from: ShardPosition, signal: AbortSignal): AsyncIterable<SubscribedPage>;
}

export interface SubscribedPage extends ShardPage {
  /** Where the next subscription is to begin. */
  readonly continueAfter: string | undefined;
}

export interface ReadTime {
  nowMs(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  random(): number;
}

const PASSING = new Set([
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
  'KMSThrottlingException',
  'ThrottlingException',
  'InternalFailureException',
  'InternalServerException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'RequestTimeout',
  'TimeoutError',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
]);

/** Whether the same call may succeed a little later. */
export function isPassing(error: unknown): boolean {
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  return PASSING.has(name ?? '') || PASSING.has(code ?? '');
}

export function isNamed(error: unknown, name: string): boolean {
  const { name: own, code } = error as { readonly name?: string; readonly code?: string };
  return own === name || code === name;
}
