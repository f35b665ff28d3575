// What the command puts through: one promise a record, which always settles, and back-pressure by waiting.
import type { PutEntry } from '../../core/batching/check-put-entry.js';

export type Delivery =
  | { readonly kind: 'put' }
  | { readonly kind: 'failed'; readonly errorCode: string; readonly message: string; readonly attempts: number };

export interface RecordSink {
  /** Settles once the stream has the record, or will not get it. Never rejects. */
  put(record: PutEntry): Promise<Delivery>;
  /** Resolves when there is room for the record; rejects with the signal's reason when it is aborted. */
  ready(signal: AbortSignal, record: PutEntry): Promise<void>;
  /** Resolves when every record put so far has settled: as failed what has not been accepted when the signal comes. */
  flush(signal: AbortSignal): Promise<void>;
  /** Settles what is left, and closes the connections. */
  close(): Promise<void>;
}
