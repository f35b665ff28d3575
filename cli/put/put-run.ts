// What a run of `put` has, whatever it reads, and how it ends.
import type { Readable } from 'node:stream';
import type { PutOptions } from '../put-options.js';
import type { RecordSink } from './record-sink.js';
import type { Tally } from './tally.js';

export interface PutRun {
  readonly options: PutOptions;
  /** Largest record that the stream takes, data and key. */
  readonly maxRecordBytes: number;
  readonly sink: RecordSink;
  readonly tally: Tally;
  readonly stdin: Readable;
  /** Writes a line for people. */
  readonly tell: (line: string) => void;
  /** Aborted when the run shall end. */
  readonly signal: AbortSignal;
}

export interface Ended {
  readonly delivered: boolean;
  /** What people have to know beside the totals. */
  readonly told: readonly string[];
}
