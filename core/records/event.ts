// The event that producers put and consumers read: JSON in the record's data.

/** One event of the platform; its key is the record's partition key. */
export interface StreamEvent {
  /** Names the event for good: a repeated put carries the same id, so consumers can tell duplicates. */
  readonly id: string;
  /** When it happened, ISO 8601. */
  readonly time: string;
  readonly type: string;
  /** What order is kept for: events of one key go to one shard. */
  readonly key: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** An event as PutRecords takes it. */
export interface RenderedEvent {
  readonly data: Uint8Array;
  readonly partitionKey: string;
}

/**
 * Renders an event to the UTF-8 JSON that stands in a record's data; fields in the order of the interface.
 */
export function renderEvent({ id, time, type, key, payload }: StreamEvent): Uint8Array {
  return Buffer.from(JSON.stringify({ id, time, type, key, payload }), 'utf8');
}

/**
 * Renders an event to the entry that puts it, keyed by its key.
 */
export function renderEventEntry(event: StreamEvent): RenderedEvent {
  return { data: renderEvent(event), partitionKey: event.key };
}
