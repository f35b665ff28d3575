// When a batch is ready and how much goes into it: size, payload, batching window and tumbling window. Pure.
import { INVOCATION_PAYLOAD_MAX_BYTES } from '../../core/limits-lambda.js';
import { type RecordSource, renderedBytes, type StreamRecord } from './stream-record.js';
import { type WindowBounds, windowOf } from './tumbling-window.js';

/** Room for what an event holds beside its records and its state. */
const EVENT_FRAME_BYTES = 1_024;

export interface LaneView {
  /** Records that wait, in order. */
  readonly records: readonly StreamRecord[];
  /** The tumbling window that is open, if any. */
  readonly window: WindowBounds | undefined;
  /** Bytes of the window's state, which goes with every event. */
  readonly stateBytes: number;
  /** No record will follow. */
  readonly ended: boolean;
  /** Every record that arrived before this lab time has been read. */
  readonly caughtUpMs: number;
  /** How far `caughtUpMs` stays behind the lab's time while nothing comes; 0 when it only moves with a read. */
  readonly graceMs: number;
}

export interface BatchSettings extends RecordSource {
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  readonly tumblingWindowMs: number;
}

export type BatchPlan =
  | { readonly kind: 'invoke'; readonly count: number }
  | { readonly kind: 'close-window' }
  /** Until something changes, and no longer than `untilMs`. */
  | { readonly kind: 'wait'; readonly untilMs: number | undefined }
  | { readonly kind: 'end' };

/** Plans the next step of a lane. */
export function planBatch(lane: LaneView, settings: BatchSettings, nowMs: number): BatchPlan {
  const [first] = lane.records;
  const { window, ended } = lane;
  if (!first) {
    if (window && (ended || lane.caughtUpMs >= window.endMs)) return { kind: 'close-window' };
    return ended ? { kind: 'end' } : { kind: 'wait', untilMs: window && window.endMs + lane.graceMs };
  }
  if (window && first.arrivalMs >= window.endMs) return { kind: 'close-window' };
  const endMs = window?.endMs ?? endOfWindow(first, settings);
  const { count, cut } = takeWhileFits(lane, endMs, settings);
  const dueMs = first.readMs + settings.batchingWindowMs;
  if (cut || ended || nowMs >= dueMs || lane.caughtUpMs >= endMs) return { kind: 'invoke', count };
  return { kind: 'wait', untilMs: Math.min(dueMs, endMs + lane.graceMs) };
}

function endOfWindow({ arrivalMs }: StreamRecord, { tumblingWindowMs }: BatchSettings): number {
  return tumblingWindowMs > 0 ? windowOf(arrivalMs, tumblingWindowMs).endMs : Number.POSITIVE_INFINITY;
}

/** How many records go together, and whether more would have followed or none may. One always goes. */
function takeWhileFits({ records, stateBytes }: LaneView, endMs: number, settings: BatchSettings) {
  let bytes = EVENT_FRAME_BYTES + stateBytes;
  let count = 0;
  for (const record of records) {
    if (count === settings.batchSize || record.arrivalMs >= endMs) return { count, cut: true };
    bytes += renderedBytes(record, settings);
    if (count > 0 && bytes > INVOCATION_PAYLOAD_MAX_BYTES) return { count, cut: true };
    count += 1;
  }
  return { count, cut: count === settings.batchSize };
}
