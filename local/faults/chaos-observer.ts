// Who is told what a disturbed lab does, from the inside: faults, and for a verdict also records, batches and answers.
import type { InvocationResult } from '../services/lambda/invoker.js';
import type { Fault } from './mishap.js';

/** A record as the engine has stored it. */
export interface StoredRecord {
  readonly partitionKey: string;
  readonly data: Uint8Array;
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** One invocation of a function, by its ordinal. */
export interface Invocation {
  readonly functionName: string;
  readonly ordinal: number;
}

export interface ChaosObserver {
  fault(fault: Fault): void;
  /** Records of one request that the engine has stored, in their order; whether the caller heard of it is another matter. */
  stored?(request: { readonly operation: string; readonly ordinal: number }, records: readonly StoredRecord[]): void;
  /** A function is about to be invoked. */
  delivered?(invocation: Invocation, event: unknown): void;
  /** What the event source was told about an invocation. */
  answered?(invocation: Invocation, result: InvocationResult): void;
  /** An object is in its bucket. */
  objectPut?(bucket: string, key: string, body: Uint8Array): void;
}
