/** A record's content: the JSON that every consumer of the platform reads. */
export interface EventEnvelope {
  readonly id: string;
  readonly time: string;
  readonly type: string;
  readonly key: string;
  readonly payload: object;
}

/** What a reader makes of one row of the input. `row` counts data rows from 1, `line` is where it stands in the file. */
export type InputRow =
  | { readonly kind: 'payload'; readonly row: number; readonly line: number; readonly payload: object }
  /** The line is an event already. */
  | { readonly kind: 'event'; readonly row: number; readonly line: number; readonly event: EventEnvelope }
  | { readonly kind: 'rejected'; readonly row: number; readonly line: number; readonly reason: string };
