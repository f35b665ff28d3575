// Where failures lie: a bucket with objects, or a queue with messages.

export interface FailureObjectSummary {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

export interface StoredFailure {
  readonly body: string;
  readonly modifiedMs: number;
}

/** A failure bucket. */
export interface FailureBucket {
  list(prefix: string): AsyncIterable<FailureObjectSummary>;
  get(key: string): Promise<StoredFailure>;
  put(key: string, body: string): Promise<void>;
  remove(key: string): Promise<void>;
  close(): void;
}

export interface FailureMessage {
  readonly body: string;
  /** Names the message when it is to be removed. */
  readonly receipt: string;
}

/** A failure queue. */
export interface FailureQueue {
  /** Some messages, hidden from others for a while; none when there are no more. */
  receive(): Promise<readonly FailureMessage[]>;
  remove(receipt: string): Promise<void>;
  close(): void;
}
