// The end of every record: counted, spilled if it must be and can be, and its promise resolved, once.
import type { Ledger } from '../buffering/ledger.js';
import type { PendingRecord } from '../buffering/record-queue.js';
import type { PutOutcome } from '../producer.js';
import type { ProducerEvents } from '../telemetry/producer-events.js';
import type { ProducerTally } from '../telemetry/producer-metrics.js';
import type { Spiller } from './spill.js';

/** Why a record is given up. */
export interface GivenUp {
  readonly errorCode: string;
  readonly message: string;
  /** Whether time ran out on it: then the message tells what the last try was refused with. */
  readonly isTimeUp?: boolean;
}

export class Settler {
  readonly #ledger: Ledger;
  readonly #tally: ProducerTally;
  readonly #events: ProducerEvents;
  readonly #spiller: Spiller | undefined;

  constructor(ledger: Ledger, tally: ProducerTally, events: ProducerEvents, spiller: Spiller | undefined) {
    this.#ledger = ledger;
    this.#tally = tally;
    this.#events = events;
    this.#spiller = spiller;
  }

  put(pending: PendingRecord, shardId: string, sequenceNumber: string, subSequenceNumber: number | undefined): void {
    this.#tally.userRecordsPut += 1;
    const { attempts } = pending;
    this.#close(
      pending,
      subSequenceNumber === undefined
        ? { kind: 'put', shardId, sequenceNumber, attempts }
        : { kind: 'put', shardId, sequenceNumber, subSequenceNumber, attempts },
    );
  }

  /** Gives records up for one reason. */
  giveUp(pendings: readonly PendingRecord[], givenUp: GivenUp): void {
    if (pendings.length === 0) return;
    const { errorCode } = givenUp;
    const { errors } = this.#tally;
    errors[errorCode] = (errors[errorCode] ?? 0) + pendings.length;
    const spiller = this.#spiller;
    if (!spiller) {
      this.#events.emit({ type: 'failed', errorCode, records: pendings.length });
      for (const pending of pendings) this.#fail(pending, { errorCode, message: messageFor(pending, givenUp) });
      return;
    }
    for (const pending of pendings) {
      // It no longer takes room of its shard's, but of the buffers' until it is kept.
      pending.channel?.uncount(pending);
      const { record, putAtMs, attempts } = pending;
      const message = messageFor(pending, givenUp);
      spiller.add({ record, putAtMs, errorCode, message, attempts }, (failure) => {
        if (failure === undefined) {
          this.#tally.userRecordsSpilled += 1;
          this.#close(pending, { kind: 'spilled', errorCode, message, attempts });
        } else {
          this.#fail(pending, { errorCode, message: `${message}; spilling it failed too: ${failure}` });
        }
      });
    }
    if (this.#ledger.isFlushing) spiller.hurry();
  }

  #fail(pending: PendingRecord, { errorCode, message }: GivenUp): void {
    this.#tally.userRecordsFailed += 1;
    this.#close(pending, { kind: 'failed', errorCode, message, attempts: pending.attempts });
  }

  #close(pending: PendingRecord, outcome: PutOutcome): void {
    pending.channel?.uncount(pending);
    this.#ledger.close(pending);
    pending.settle(outcome);
  }
}

function messageFor({ lastError }: PendingRecord, { message, isTimeUp }: GivenUp): string {
  return isTimeUp && lastError !== undefined ? `${message}; the last try was refused with ${lastError}` : message;
}
