// The mark of one invocation: read before its first record, and written at most once by the consumer, or by `handleBatch`
// together with its effects.
import type { BatchRun } from './batch-run.js';
import type { ConsumedRecord } from './consumer-options.js';
import { decodeMark, encodeMark, type Mark, NO_MARK } from './mark.js';
import type { MarkPort, MarkWrite, StoredMark } from './mark-port.js';
import { ProducerWindows } from './producer-windows.js';
import type { UserRecordMeta } from './record-meta.js';

/** The mark that a call of `handleBatch` is offered. */
export interface OfferedMark {
  markThrough(count?: number): MarkWrite;
  /** Takes note that the first `count` records have taken effect, and the mark with them. */
  settle(count: number): void;
}

/** What is in every mark but its place. */
type OpenRun = Pick<BatchRun, 'progress' | 'producers' | 'cursor'>;

export class MarkKeeper {
  readonly mark: Mark | undefined;
  readonly #port: MarkPort | undefined;
  readonly #withEffects: boolean;
  readonly #key: string;
  readonly #recordCount: number;
  #version: number | undefined;
  #text: string;

  private constructor(
    port: MarkPort | undefined,
    withEffects: boolean,
    key: string,
    recordCount: number,
    stored: StoredMark | undefined,
  ) {
    this.#port = port;
    this.#withEffects = withEffects;
    this.#key = key;
    this.#recordCount = recordCount;
    this.#version = stored?.version;
    this.#text = stored?.mark ?? encodeMark(NO_MARK);
    this.mark = stored && decodeMark(stored.mark);
  }

  static async read(
    port: MarkPort | undefined,
    withEffects: boolean,
    key: string,
    recordCount: number,
  ): Promise<MarkKeeper> {
    return new MarkKeeper(port, withEffects, key, recordCount, await port?.readMark(key));
  }

  /** The mark to write with the effects of a batch. */
  offer(run: BatchRun, batch: readonly (ConsumedRecord<unknown> & { readonly meta: UserRecordMeta })[]): OfferedMark {
    let taken: MarkWrite | undefined;
    return {
      markThrough: (count = batch.length) => {
        if (!this.#withEffects) {
          throw new TypeError(
            `'markWrite' must be 'with-effects' for a call of markThrough, got 'after-effects'; set it, or leave the mark to the consumer`,
          );
        }
        const limit = batch[count]?.meta.ordinal ?? batch.at(-1)!.meta.ordinal + 1;
        taken = this.#render({
          ...run.progress.markThrough(this.#recordCount, limit),
          producers: producersOf(run, batch, count),
        });
        return taken;
      },
      settle: (count) => {
        if (!this.#withEffects || count === 0) return;
        if (!taken)
          throw new TypeError(
            `'handleBatch' must write what markThrough gives with 'markWrite' 'with-effects', got no call of it; write it in the transaction of the effects`,
          );
        this.#version = taken.version;
        this.#text = taken.mark;
      },
    };
  }

  /** Writes where the invocation has come to, unless that is stored already. */
  async write(run: BatchRun): Promise<void> {
    if (!this.#port) return;
    const write = this.#render({
      ...run.progress.markThrough(this.#recordCount),
      failing: failingOf(run),
      producers: run.producers!.changed ? run.producers!.store() : run.before.producers,
    });
    if (write.mark === this.#text) return;
    await this.#port.writeMark(write);
  }

  #render(mark: Mark): MarkWrite {
    const version = (this.#version ?? 0) + 1;
    return { key: this.#key, mark: encodeMark(mark), version, expectedVersion: this.#version };
  }
}

/** Numbers of producers once the first `count` records have taken effect, which they may not. */
function producersOf({ producers }: OpenRun, batch: readonly { readonly meta: UserRecordMeta }[], count: number) {
  const before = producers!.store();
  const origins = batch.slice(0, count).flatMap(({ meta }) => meta.origin ?? []);
  if (origins.length === 0) return before;
  const after = ProducerWindows.restore(before);
  for (const { producerId, number } of origins) after.add(producerId, number);
  return after.store();
}

/** The record that the batch was stopped at, with its attempts; a batch that ran out of time has not failed at any. */
function failingOf({ settings, stopped, outOfTime, progress, cursor, before }: BatchRun): Mark['failing'] {
  if (!settings.countsAttempts) return undefined;
  const place = progress.firstOpen();
  if (!place) return undefined;
  const position = { sequenceNumber: cursor.sequenceAt(place.outer), subSequenceNumber: place.sub };
  const known = before.failing;
  const same =
    known?.position.sequenceNumber === position.sequenceNumber &&
    known.position.subSequenceNumber === position.subSequenceNumber;
  if (!stopped || outOfTime) return same ? known : undefined;
  return { position, attempts: same ? known.attempts + 1 : 1 };
}
