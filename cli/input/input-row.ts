import type { StreamEvent } from '../../core/records/event.js';

/** What a reader makes of one row of the input. `row` counts data rows from 1, `line` is where it stands in the file. */
export type InputRow =
  | { readonly kind: 'payload'; readonly row: number; readonly line: number; readonly payload: StreamEvent['payload'] }
  /** The line is an event already. */
  | { readonly kind: 'event'; readonly row: number; readonly line: number; readonly event: StreamEvent }
  | { readonly kind: 'rejected'; readonly row: number; readonly line: number; readonly reason: string };
