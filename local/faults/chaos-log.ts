// The recorded event log of a disturbed run, one JSON object a line, in the order in which things happened. A record
// is a key and its number for that key; what the engine stored is counted from 0 as it comes to sight, whatever its
// record: a put that is repeated stores a second copy.
import type { Fault } from './mishap.js';

export type ChaosEvent =
  | {
      readonly e: 'run';
      readonly seed: number;
      readonly records: number;
      /** Names of the consumers that must each see every record. */
      readonly consumers: readonly string[];
    }
  | {
      readonly e: 'stored';
      /** Ordinal of the PutRecords request. */
      readonly request: number;
      /** Copy, key, number and shard index of each record, one after the other. */
      readonly copies: readonly number[];
    }
  /** Key and number of each record that the producer was told to be stored, one after the other. */
  | { readonly e: 'acked'; readonly records: readonly number[] }
  | ({ readonly e: 'fault' } & Fault)
  | {
      readonly e: 'delivered';
      readonly consumer: string;
      /** Ordinal of the invocation. */
      readonly invocation: number;
      readonly copies: readonly number[];
    }
  | {
      readonly e: 'answered';
      readonly consumer: string;
      readonly invocation: number;
      readonly requestId: string;
      /** Copies at the beginning of the batch that passed. */
      readonly passed: number;
    }
  /** The consumer's effect of these copies has happened, in this order; -1 is of a record that nobody stored. */
  | { readonly e: 'effect'; readonly consumer: string; readonly requestId: string; readonly copies: readonly number[] }
  | { readonly e: 'end' };

/** Reads one line of a log. */
export function parseChaosEvent(line: string): ChaosEvent {
  return JSON.parse(line);
}
