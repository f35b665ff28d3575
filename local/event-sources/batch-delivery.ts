// Delivers the batches of one lane, in order, until each of their records has passed or has been given up.
import { INVOCATION_PAYLOAD_MAX_BYTES, UNBOUNDED } from '../../core/limits-lambda.js';
import type { Clock } from '../clock.js';
import type { FunctionInvoker, InvocationResult } from '../services/lambda/invoker.js';
import { LAB_ACCOUNT_ID, LAB_REGION } from '../template/identity.js';
import type { EventSourceMappingModel } from '../template/model.js';
import { sleep } from './bell.js';
import {
  type DestinationPorts,
  type DiscardCondition,
  type DiscardedBatch,
  putFailure,
} from './failure-destination.js';
import type { MappingCounts } from './mapping-counts.js';
import { planAfterInvocation } from './plan-after-invocation.js';
import { readOutcome } from './read-outcome.js';
import { renderedBytes, renderRecord, type StreamRecord } from './stream-record.js';
import type { TumblingWindow } from './tumbling-window.js';

/** First and longest wait before a batch is delivered again; it doubles from one to the other. */
const BACK_OFF_BASE_MS = 500;
const BACK_OFF_MAX_MS = 30_000;

/** Attempts to reach the failure destination. */
const DESTINATION_ATTEMPTS = 3;

export interface BatchDeliveryOptions {
  readonly mapping: EventSourceMappingModel;
  readonly streamArn: string;
  readonly shardId: string;
  readonly invoker: FunctionInvoker;
  readonly ports: DestinationPorts;
  readonly clock: Clock;
  readonly counts: MappingCounts;
  /** Lab time before which the stream keeps nothing. */
  readonly horizonMs: () => number;
  /** Called with records that need no further delivery. */
  readonly settle: (records: readonly StreamRecord[]) => void;
  /** Whether an open window waits for the next run of the lab, rather than end with this one. */
  readonly keepsWindow: boolean;
  /** Called when a window is over. */
  readonly onWindowClosed: () => void;
  /** Called with records that the failure destination has taken. */
  readonly onKept?: ((records: readonly StreamRecord[]) => void) | undefined;
  readonly window: TumblingWindow | undefined;
  readonly signal: AbortSignal;
}

interface Piece {
  readonly records: readonly StreamRecord[];
  readonly retries: number;
  readonly last?: InvocationResult;
}

export class BatchDelivery {
  readonly #options: BatchDeliveryOptions;

  constructor(options: BatchDeliveryOptions) {
    this.#options = options;
  }

  /** Returns when every record is settled, or early when the lab stops: what is left is then unread. */
  async deliver(records: readonly StreamRecord[]): Promise<void> {
    const { mapping, clock, signal } = this.#options;
    const pieces: Piece[] = [{ records, retries: 0 }];
    let waits = 0;
    for (let piece = pieces.shift(); piece && !signal.aborted; piece = pieces.shift()) {
      const gone = countOlder(piece.records, this.#options.horizonMs());
      if (gone > 0) {
        this.#drop(piece.records.slice(0, gone));
        if (gone < piece.records.length) pieces.unshift({ ...piece, records: piece.records.slice(gone) });
        continue;
      }
      const expired = this.#countExpired(piece.records);
      if (expired > 0) {
        await this.#giveUp({ ...piece, records: piece.records.slice(0, expired) }, 'RecordAgeExceeded');
        if (expired < piece.records.length) pieces.unshift({ ...piece, records: piece.records.slice(expired) });
        continue;
      }
      if (this.#isTooLarge(piece.records)) {
        await this.#giveUp(piece, 'PayloadSizeExceeded');
        continue;
      }
      const { outcome, result } = await this.#invoke(piece.records);
      const size = piece.records.length;
      const plan = planAfterInvocation(outcome, { size, retries: piece.retries }, mapping);
      this.#pass(piece.records.slice(0, plan.passed), plan.passed < size ? size - plan.passed : 0);
      const left = { ...piece, last: result };
      if (plan.giveUp)
        await this.#giveUp({ ...left, records: piece.records.slice(plan.passed) }, 'RetryAttemptsExhausted');
      const next = plan.next.map(({ from, to, retries }) => ({
        ...left,
        records: left.records.slice(from, to),
        retries,
      }));
      pieces.unshift(...next);
      waits = plan.backOff ? waits + 1 : 0;
      if (plan.backOff) await sleep(clock, backOffMs(waits), signal);
      if (this.#options.window?.overflowed) await this.closeWindow({ early: true, goesOn: true });
    }
  }

  /** Tells the function that the open window is over; a failure is retried like a batch's. */
  async closeWindow({ early, goesOn }: { readonly early: boolean; readonly goesOn: boolean }): Promise<void> {
    const { mapping, window, invoker, clock, horizonMs, signal, onWindowClosed } = this.#options;
    if (!window) return;
    const event = { Records: [], ...window.fields(true, early) };
    for (let retries = 0, waits = 1; ; waits += 1) {
      const result = await invoker.invoke(mapping.functionName, event);
      if (readOutcome(result, [], mapping.reportBatchItemFailures).kind === 'passed') break;
      if (result.kind !== 'throttled') retries += 1;
      if (mapping.maximumRetryAttempts !== UNBOUNDED && retries > mapping.maximumRetryAttempts) {
        await this.#putFailure({ records: [], retries: retries - 1, last: result }, 'RetryAttemptsExhausted', event);
        break;
      }
      // Its records are past the stream's retention: nothing is left to retry for.
      if (window.bounds && window.bounds.endMs <= horizonMs()) break;
      if (signal.aborted && this.#options.keepsWindow) return;
      // When the lab stops, the window gets one attempt.
      if (signal.aborted) break;
      await sleep(clock, backOffMs(waits), signal);
    }
    window.close(goesOn);
    onWindowClosed();
  }

  async #invoke(records: readonly StreamRecord[]) {
    const { mapping, counts, invoker, window } = this.#options;
    counts.emitIteratorAge(records.at(-1)?.arrivalMs ?? 0);
    const result = await invoker.invoke(mapping.functionName, this.#event(records));
    if (result.kind !== 'throttled') counts.emit('InvokedEventCount', records.length);
    const outcome = readOutcome(result, records, mapping.reportBatchItemFailures);
    const answered = result.kind === 'success' && outcome.kind !== 'failed';
    // An answer without its state would lose the window: it fails the batch.
    if (window && answered && !window.take(result.payload)) return { result, outcome: { kind: 'failed' } as const };
    return { result, outcome };
  }

  #event(records: readonly StreamRecord[]) {
    const { mapping, window } = this.#options;
    const Records = records.map((record) => renderRecord(record, mapping));
    return window ? { Records, ...window.fields(false, false) } : { Records };
  }

  #pass(records: readonly StreamRecord[], failed: number): void {
    const { counts, settle } = this.#options;
    counts.add('passed', records.length);
    counts.emit('FailedInvokeEventCount', failed);
    settle(records);
  }

  /**
   * Records that the stream's retention has overtaken while they were tried again. They are lost: no metric counts
   * them, and no destination gets them. Only the iterator's age against the retention warns of it.
   */
  #drop(records: readonly StreamRecord[]): void {
    const { counts, settle } = this.#options;
    counts.add('dropped', records.length);
    settle(records);
  }

  async #giveUp(piece: Piece, condition: DiscardCondition): Promise<void> {
    const { counts, onKept, settle } = this.#options;
    const { records } = piece;
    const kept = await this.#putFailure(piece, condition, this.#event(records));
    if (kept) onKept?.(records);
    counts.add(kept ? 'failed' : 'dropped', records.length);
    counts.emit(kept ? 'OnFailureDestinationDeliveredEventCount' : 'DroppedEventCount', records.length);
    settle(records);
  }

  /** Whether the failure destination has taken it. */
  async #putFailure({ records, retries, last }: Piece, condition: DiscardCondition, event: unknown): Promise<boolean> {
    const { mapping, streamArn, shardId, ports, clock, counts, signal } = this.#options;
    if (!mapping.onFailureArn) return false;
    const batch: DiscardedBatch = {
      mappingUuid: mapping.uuid,
      functionArn: `arn:aws:lambda:${LAB_REGION}:${LAB_ACCOUNT_ID}:function:${mapping.functionName}`,
      streamArn,
      shardId,
      records,
      condition,
      // A batch whose retries are used up has had the first delivery and each retry, one that is too old only those.
      invokeCount: last ? Math.max(1, condition === 'RetryAttemptsExhausted' ? retries + 1 : retries) : 0,
      requestId: last && last.kind !== 'throttled' ? last.requestId : undefined,
      functionError: last?.kind === 'failure' ? last.functionError : undefined,
      event,
      atMs: clock.nowMs(),
    };
    for (let attempt = 1; attempt <= DESTINATION_ATTEMPTS; attempt += 1) {
      try {
        await putFailure(ports, mapping.onFailureArn, batch);
        return true;
      } catch {
        await sleep(clock, backOffMs(attempt), signal);
      }
    }
    counts.emitDestinationFailure();
    return false;
  }

  /** Records at the beginning that are older than the mapping allows. */
  #countExpired(records: readonly StreamRecord[]): number {
    const { mapping, clock } = this.#options;
    if (mapping.maximumRecordAgeSeconds === UNBOUNDED) return 0;
    return countOlder(records, clock.nowMs() - mapping.maximumRecordAgeSeconds * 1_000);
  }

  /** A single record that no event can carry: batches are cut before they grow too large. */
  #isTooLarge([first, second]: readonly StreamRecord[]): boolean {
    if (!first || second) return false;
    return renderedBytes(first, this.#options.mapping) > INVOCATION_PAYLOAD_MAX_BYTES;
  }
}

/** Records at the beginning that arrived before `timeMs`; arrivals never go back within a shard. */
function countOlder(records: readonly StreamRecord[], timeMs: number): number {
  const fresh = records.findIndex(({ arrivalMs }) => arrivalMs >= timeMs);
  return fresh === -1 ? records.length : fresh;
}

function backOffMs(waits: number): number {
  return Math.min(BACK_OFF_MAX_MS, BACK_OFF_BASE_MS * 2 ** (waits - 1));
}
