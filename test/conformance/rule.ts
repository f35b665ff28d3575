// What a rule of the suite is: one documented behaviour, the page that documents it, and a run that throws when an
// endpoint behaves otherwise. Nothing in it knows which engine it talks to.
import type { Subject } from './subject.js';

/** One documented behaviour. */
export interface Rule {
  /** The behaviour, as a sentence. */
  readonly rule: string;
  /** AWS page that documents it. */
  readonly source: string;
  /** Whether it is about records on their way, or about the streams around them. */
  readonly plane: 'control' | 'data';
  /**
   * Seconds that must pass on the endpoint's clock, besides those of its own operations. Rules above a minute are
   * skipped by name where that clock cannot be driven.
   *
   * @default 0
   */
  readonly seconds?: number;
  /** Throws when the endpoint behaves otherwise. */
  run(subject: Subject): Promise<void>;
}

const DOCS = 'https://docs.aws.amazon.com';

/** Page of one operation in the API reference. */
export function api(operation: string): string {
  return `${DOCS}/kinesis/latest/APIReference/API_${operation}.html`;
}

/** Page of the developer guide. */
export function guide(page: string): string {
  return `${DOCS}/streams/latest/dev/${page}.html`;
}
