// Hands replayed records to a function as Lambda would: batches of one shard in order, from the first failed record on
// again. What fails to the end is given up record by record, and told.
import { fullJitterMs } from '../../core/retry/full-jitter.js';
import type { DeliveryReport, FailedDelivery, ReplayRecord, ReplayTarget, ReplayTimer } from './ports.js';
import { readResponse } from './read-response.js';
import { type EventSource, type ReplayedEventRecord, renderReplayedRecord } from './render-event.js';

/** What an invocation gave. */
export type InvokeReply =
  | { readonly kind: 'answered'; readonly payload: unknown }
  /** The function threw, ran out of time or crashed. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'throttled' };

/** Invokes the function and waits; rejects when it cannot be invoked at all. */
export type InvokeFunction = (event: { readonly Records: readonly ReplayedEventRecord[] }) => Promise<InvokeReply>;

export interface FunctionTargetOptions extends EventSource {
  readonly invoke: InvokeFunction;
  readonly timer: ReplayTimer;
  /** @default 100 */
  readonly batchSize?: number;
  /**
   * Times that the same record may be the first to fail before it is given up.
   *
   * @default 3
   */
  readonly maxAttempts?: number;
}

/** Lambda takes 6 MB; its own mappings fill no more either. */
const EVENT_MAX_BYTES = 6_000_000;
const RETRY_BASE_MS = 500;
const RETRY_CAP_MS = 10_000;
/** Throttles in a row after which the function counts as taking nothing. */
const MAX_THROTTLES = 20;

/** Makes a target that invokes a function. */
export function functionTarget(options: FunctionTargetOptions): ReplayTarget {
  return {
    async deliver(records) {
      // A record that a producer spilled has no place that an event could name.
      const [placed, unplaced] = [records.filter(isPlaced), records.filter((record) => !isPlaced(record))];
      const reason = 'it was never in the stream: redrive it to a stream';
      const failed: FailedDelivery[] = unplaced.flatMap(({ chosen }) =>
        chosen.map(({ origin }) => ({ origin, reason })),
      );
      for (const batch of inBatches(placed, options)) failed.push(...(await deliverBatch(batch, options)));
      return { failed } satisfies DeliveryReport;
    },
    close: async () => undefined,
  };
}

function isPlaced({ stored }: ReplayRecord): boolean {
  return stored.sequenceNumber !== '';
}

interface Prepared {
  readonly record: ReplayRecord;
  readonly rendered: ReplayedEventRecord;
}

/** Delivers to the end; gives back what was given up. */
async function deliverBatch(batch: readonly Prepared[], options: FunctionTargetOptions): Promise<FailedDelivery[]> {
  const { timer, maxAttempts = 3 } = options;
  let rest = batch;
  let attempts = 0;
  while (rest.length > 0) {
    const { index, reason, isWhole } = await invokeOnce(rest, options);
    if (index === rest.length) return [];
    if (index > 0) attempts = 0;
    rest = rest.slice(index);
    attempts += 1;
    if (attempts < maxAttempts) await timer.sleep(fullJitterMs(attempts, RETRY_BASE_MS, RETRY_CAP_MS, Math.random));
    else if (rest.length === 1 || !isWhole) {
      const [first, ...others] = rest;
      return [...giveUp(first!.record, reason), ...(await deliverBatch(others, options))];
    } else {
      // Which record it was is not known: halves tell, as when a mapping bisects.
      const middle = Math.ceil(rest.length / 2);
      const before = await deliverBatch(rest.slice(0, middle), options);
      return [...before, ...(await deliverBatch(rest.slice(middle), options))];
    }
  }
  return [];
}

/** How many records took effect, and whether the function named the one that did not. */
async function invokeOnce(batch: readonly Prepared[], { invoke, timer }: FunctionTargetOptions) {
  for (let throttles = 1; ; throttles += 1) {
    const reply = await invoke({ Records: batch.map(({ rendered }) => rendered) });
    if (reply.kind === 'failed') return { index: 0, reason: reply.reason, isWhole: true };
    if (reply.kind === 'answered') {
      const numbers = batch.map(({ rendered }) => rendered.kinesis.sequenceNumber);
      const answer = readResponse(reply.payload, numbers);
      if (answer.kind === 'failed')
        return { index: 0, reason: 'the answer of the function is malformed', isWhole: true };
      const index = answer.kind === 'passed' ? batch.length : answer.index;
      return { index, reason: 'the function returned it as failed', isWhole: false };
    }
    if (throttles === MAX_THROTTLES)
      throw new Error(`invoke the function failed: throttled ${throttles} times in a row`);
    await timer.sleep(fullJitterMs(throttles, RETRY_BASE_MS, RETRY_CAP_MS, Math.random));
  }
}

function giveUp({ stored, chosen }: ReplayRecord, reason: string): FailedDelivery[] {
  const { shardId, sequenceNumber } = stored;
  return chosen.map(({ origin = { shardId, sequenceNumber } }) => ({ origin, reason }));
}

/** One shard a batch, and no more than an event may hold. */
function* inBatches(records: readonly ReplayRecord[], options: FunctionTargetOptions): Generator<Prepared[]> {
  const { batchSize = 100 } = options;
  let batch: Prepared[] = [];
  let bytes = 0;
  for (const record of records) {
    const rendered = renderReplayedRecord(record, options);
    const size = Buffer.byteLength(JSON.stringify(rendered)) + 1;
    const first = batch[0];
    const isOther = first !== undefined && first.record.stored.shardId !== record.stored.shardId;
    if (first && (isOther || batch.length === batchSize || bytes + size > EVENT_MAX_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push({ record, rendered });
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
