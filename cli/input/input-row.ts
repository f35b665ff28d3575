import type { StreamEvent } from '../../core/records/event.js';

interface RowPlace {
  /** Names the row within its source: data rows counted from 1, or its place in a file that is followed. */
  readonly row: number | string;
  /** Where it stands in the file. */
  readonly line: number;
}

/** What a reader makes of one row of the input. */
export type InputRow =
  | (RowPlace & {
      readonly kind: 'payload';
      readonly payload: StreamEvent['payload'];
      /** The payload as the input has it: parsed and rendered again, large numbers would change. */
      readonly json?: string;
      /** The line of a text. */
      readonly text?: string;
    })
  /** The line is an event already; `json` is the line. */
  | (RowPlace & { readonly kind: 'event'; readonly event: StreamEvent; readonly json: string })
  | (RowPlace & { readonly kind: 'rejected'; readonly reason: string });
