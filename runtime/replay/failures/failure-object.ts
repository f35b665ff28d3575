// What stands in a failure bucket or queue, whoever has written it: a consumer's failed user records, a producer's spilled
// ones, or what Lambda itself keeps of a batch that it gave up.
import type { RecordOrigin } from '../../../core/records/replay-mark.js';

/** A record that failed, with its bytes. */
export interface FailedEntry {
  /** Empty for a record that was never in the stream. */
  readonly shardId: string;
  readonly sequenceNumber: string;
  /**
   * Position in an aggregated record; the data is then that of the user record alone.
   *
   * @default - the data is what the stream had, which may be an aggregated record
   */
  readonly subSequenceNumber?: number;
  readonly partitionKey: string;
  readonly explicitHashKey?: string;
  /** ISO 8601. */
  readonly arrivalTime: string;
  readonly errorType: string;
  readonly reason: string;
  readonly attempt?: number;
  /** Base64. */
  readonly data: string;
}

/** A batch that Lambda gave up, of which only the place was kept. */
export interface FailedRange {
  readonly functionName: string;
  readonly streamName: string;
  readonly shardId: string;
  readonly first: string;
  readonly last: string;
  /** Records of the stream that it had. */
  readonly batchSize: number;
  readonly condition: string;
  /** ISO 8601, of the first record. */
  readonly arrivalTime: string;
}

export type FailureObject =
  | {
      readonly kind: 'records';
      readonly functionName: string;
      readonly entries: readonly FailedEntry[];
      /** Lines that are no record; they stay where they are. */
      readonly unreadable: readonly string[];
    }
  /** The whole invocation, records included. */
  | { readonly kind: 'invocation'; readonly functionName: string; readonly entries: readonly FailedEntry[] }
  | { readonly kind: 'range'; readonly range: FailedRange }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Place of an entry; undefined when it was never in the stream. */
export function originOf({ shardId, sequenceNumber, subSequenceNumber }: FailedEntry): RecordOrigin | undefined {
  if (sequenceNumber === '') return undefined;
  return { shardId, sequenceNumber, ...(subSequenceNumber !== undefined && { subSequenceNumber }) };
}

export function renderEntries(entries: readonly FailedEntry[], unreadable: readonly string[] = []): string {
  return [...entries.map((entry) => JSON.stringify(entry)), ...unreadable].map((line) => `${line}\n`).join('');
}
