// Delivers failed records again, object by object, and takes an object away only when all of it has taken effect. What did
// not stays as records of the failure store.

import { renderOrigin } from '../../../core/records/replay-mark.js';
import { inBatches } from '../in-batches.js';
import type { FailedDelivery, ReplayTarget } from '../ports.js';
import type { TakeTurn } from '../rate.js';
import {
  chooseFailed,
  type FailedChoice,
  type FailureFilter,
  isAskedFor,
  renderReplayRecords,
} from './choose-failed.js';
import { type FailedEntry, originOf } from './failure-object.js';

/** User records: `read = redriven + filtered + failed + lost`. */
export interface RedriveTotals {
  readonly read: number;
  readonly redriven: number;
  /** Not asked for, or redriven already from another object. */
  readonly filtered: number;
  /** Given up by the target, or unreadable; they stay where they are. */
  readonly failed: number;
  /** Expired in the stream before they were read again: records of the stream, told one range at a time. */
  readonly lost: number;
}

export interface RedriveOptions {
  readonly filter: FailureFilter;
  /** @default - a dry run */
  readonly target: ReplayTarget | undefined;
  readonly takeTurn: TakeTurn;
  readonly onFailed: (failed: readonly FailedDelivery[]) => void;
  readonly signal: AbortSignal;
}

/** What became of the entries of one object. */
export interface Redriven {
  readonly totals: RedriveTotals;
  /** Entries whose user records have all taken effect. */
  readonly done: readonly FailedEntry[];
  /** All others. An entry of which some user records took effect is here as those that did not. */
  readonly rest: readonly FailedEntry[];
}

/** User records of one delivery. */
const BATCH_RECORDS = 500;

/** Delivers what is asked for of one object's entries, in their order. */
export class Redrive {
  readonly #options: RedriveOptions;
  /** Places that took effect: a batch that was delivered twice may have left its records in two objects. */
  readonly #done = new Set<string>();

  constructor(options: RedriveOptions) {
    this.#options = options;
  }

  /** Nothing is begun once the signal has come: what was not begun is in `rest`. */
  async redrive(entries: readonly FailedEntry[]): Promise<Redriven> {
    const { filter, target, takeTurn, onFailed, signal } = this.#options;
    const choices = entries.map((entry) =>
      isAskedFor(entry, filter) ? chooseFailed(entry, filter.keys) : unchosen(entry, filter),
    );
    const fresh = choices.map((choice) => ({ ...choice, chosen: choice.chosen.filter((one) => !this.#isDone(one)) }));
    const failedPlaces = new Set<string>();
    let redriven = 0;
    let failed = 0;
    let unreadable = 0;
    let begun = 0;
    for (const batch of inBatches(fresh, BATCH_RECORDS)) {
      const count = batch.reduce((sum, { chosen }) => sum + chosen.length, 0);
      await takeTurn(count, signal);
      if (signal.aborted) break;
      begun += batch.length;
      const report = target && count > 0 ? await target.deliver(renderReplayRecords(batch)) : { failed: [] };
      onFailed([...report.failed, ...batch.filter((choice) => choice.unreadable > 0).map(describeUnreadable)]);
      unreadable += batch.reduce((sum, choice) => sum + choice.unreadable, 0);
      for (const { origin } of report.failed) failedPlaces.add(origin ? renderOrigin(origin) : '');
      redriven += count - report.failed.length;
      failed += report.failed.length;
      for (const { origin } of batch.flatMap(({ chosen }) => chosen)) {
        if (origin && !failedPlaces.has(renderOrigin(origin))) this.#done.add(renderOrigin(origin));
      }
    }
    const read = choices.slice(0, begun).reduce((sum, { chosen, left }) => sum + chosen.length + left, 0);
    const totals: RedriveTotals = {
      read: read + unreadable,
      redriven,
      filtered: read - redriven - failed,
      failed: failed + unreadable,
      lost: 0,
    };
    const rests = choices.map((choice, i) => (i < begun ? this.#rest(choice, failedPlaces) : [choice.entry]));
    return {
      totals,
      done: entries.filter((_, i) => rests[i]!.length === 0),
      rest: rests.flat(),
    };
  }

  #isDone({ origin }: FailedChoice['chosen'][number]): boolean {
    return origin !== undefined && this.#done.has(renderOrigin(origin));
  }

  /** What is left of an entry: all of it, none of it, or those of its user records that did not take effect. */
  #rest({ entry, chosen, left }: FailedChoice, failedPlaces: ReadonlySet<string>): FailedEntry[] {
    if (chosen.length === 0) return [entry];
    const open = chosen.filter(({ origin }) => failedPlaces.has(origin ? renderOrigin(origin) : ''));
    if (open.length === 0 && left === 0) return [];
    if (open.length === chosen.length) return [entry];
    // Records of other keys are in the same aggregated record: each that is left gets an entry of its own.
    const whole = chooseFailed(entry, new Set());
    const undone = whole.chosen.filter(
      ({ origin }) => !origin || !this.#done.has(renderOrigin(origin)) || failedPlaces.has(renderOrigin(origin)),
    );
    return undone.map(({ record, origin }) => ({
      ...entry,
      ...(origin?.subSequenceNumber !== undefined && { subSequenceNumber: origin.subSequenceNumber }),
      partitionKey: record.partitionKey,
      data: Buffer.from(record.data).toString('base64'),
    }));
  }
}

/** All of it is left. */
function unchosen(entry: FailedEntry, { keys }: FailureFilter): FailedChoice {
  const { chosen, left } = chooseFailed(entry, keys);
  return { entry, chosen: [], left: chosen.length + left, unreadable: 0 };
}

function describeUnreadable({ entry, unreadable }: FailedChoice): FailedDelivery {
  return { origin: originOf(entry), reason: `${unreadable} user records of the aggregated record cannot be read` };
}
