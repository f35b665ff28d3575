// The load when there is no input: a seeded clickstream whose rate swells beyond one shard and back, for ever.
import type { PutEntry } from '../../core/batching/check-put-entry.js';
import { PUT_RECORDS_MAX_RECORDS, SHARD_WRITE_BYTES_PER_SECOND } from '../../core/limits.js';
import { clickstream } from '../../core/records/clickstream.js';
import { renderEventEntry } from '../../core/records/event.js';
import { recordBytes } from '../../core/records/record-size.js';
import type { Clock } from '../../local/clock.js';
import { batchBytes, batchRecords, Pace, type PaceLimits } from './pace.js';
import type { StreamWriter } from './stream-writer.js';

/** Large events: what fills a shard is bytes, and few records cost a small machine little. */
const PAYLOAD_BYTES = 6_000;
const SESSIONS = 200;
const EVENTS_PER_INCIDENT = 4_000;

/** The swell in lab time: its first minute is busy enough for a resize, its second beyond what one shard takes. */
const SWELL_PERIOD_MS = 4 * 60_000;
const LOW_BYTES_PER_SECOND = SHARD_WRITE_BYTES_PER_SECOND * 0.6;
const HIGH_BYTES_PER_SECOND = SHARD_WRITE_BYTES_PER_SECOND * 1.4;

export interface PutClickstreamOptions {
  readonly seed: number;
  /** A steady rate instead of the swell. */
  readonly ratePerSecond: number | undefined;
  readonly clock: Clock;
  readonly writer: StreamWriter;
  readonly signal: AbortSignal;
}

/** Puts until `signal` is aborted, and then rejects with its reason. */
export async function putClickstream(options: PutClickstreamOptions): Promise<never> {
  const { clock, writer, signal } = options;
  const startMs = clock.nowMs();
  const events = clickstream(options.seed, () => clock.nowMs(), {
    payloadBytes: PAYLOAD_BYTES,
    sessions: SESSIONS,
    eventsPerIncident: EVENTS_PER_INCIDENT,
  });
  const pace = new Pace(clock);
  for (;;) {
    const limits = loadAt(clock.nowMs() - startMs, options.ratePerSecond);
    const batch: PutEntry[] = [];
    let bytes = 0;
    while (batch.length < batchRecords(limits, PUT_RECORDS_MAX_RECORDS) && bytes < batchBytes(limits)) {
      const entry = renderEventEntry(events.next().value);
      batch.push(entry);
      bytes += recordBytes(entry.data, entry.partitionKey);
    }
    await pace.take(batch.length, bytes, limits, signal);
    await writer.put(batch, signal);
    signal.throwIfAborted();
  }
}

/** The load at a time since the start. */
export function loadAt(elapsedMs: number, ratePerSecond: number | undefined): PaceLimits {
  if (ratePerSecond !== undefined) {
    return { recordsPerSecond: ratePerSecond, bytesPerSecond: Number.POSITIVE_INFINITY };
  }
  const swell = (1 - Math.cos((2 * Math.PI * elapsedMs) / SWELL_PERIOD_MS)) / 2;
  const bytesPerSecond = LOW_BYTES_PER_SECOND + (HIGH_BYTES_PER_SECOND - LOW_BYTES_PER_SECOND) * swell;
  return { recordsPerSecond: Number.POSITIVE_INFINITY, bytesPerSecond };
}
