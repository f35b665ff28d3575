// Tumbling windows: Lambda hands what a function returned as `state` to the next invocation of the window, shard by shard.
// Records are first added up without effects, then what is full or final is written, so a batch that comes again adds up
// to the same.
import { type BatchResponse, renderBatchResponse } from '../../core/batching/render-batch-response.js';
import { TUMBLING_STATE_MAX_BYTES } from '../../core/limits-lambda.js';
import type { CodecChoice } from './codec.js';
import { type ConsumedRecord, type ConsumerOptions, type RecordOf, StoppedAt } from './consumer-options.js';
import { NO_COUNTS } from './consumer-telemetry.js';
import { createConsumer } from './create-consumer.js';
import { type KinesisWindowBatch, type RemainingTime, shardIdOf } from './kinesis-event.js';
import type { RecordMeta } from './record-meta.js';
import type { StandardSchema } from './standard-schema.js';

/** What a part of a window belongs to. */
export interface WindowPlace {
  readonly shardId: string;
  /**
   * ISO 8601.
   *
   * @default - the mapping has no window; what an invocation adds up is written at its end
   */
  readonly start?: string;
}

export interface WindowOptions<S extends StandardSchema | undefined, C extends CodecChoice, State>
  extends Pick<
    ConsumerOptions<S, C>,
    'schema' | 'codec' | 'classify' | 'failureStore' | 'functionName' | 'remainingTimeGuardMs' | 'telemetry'
  > {
  /** Makes a state, empty or from what `store` gave: `{}` at the start of a window. */
  readonly open: (stored: unknown) => State;
  /** Adds a record to a state; has no other effect. */
  readonly add: (state: State, record: RecordOf<S, C>, meta: RecordMeta, window: WindowPlace) => void;
  /** Most bytes that `store` gives as JSON. Asked before each record, so it is to be counted, not measured. */
  readonly bytes: (state: State) => number;
  /** Makes JSON of a state. */
  readonly store: (state: State) => object;
  /**
   * Writes a state out: a window's, or a part of one that outgrew what Lambda takes. The same part may be written twice,
   * from the same records, so name it after them.
   */
  readonly write: (state: State, window: WindowPlace) => Promise<void>;
}

/** What Lambda reads; `state` comes back with the next batch of the window. */
export interface WindowResponse extends BatchResponse {
  readonly state: object;
}

/** State above this is written early: a fifth is left for the record that comes on top. */
export const WINDOW_STATE_MAX_BYTES = TUMBLING_STATE_MAX_BYTES * 0.8;

/** Makes the handler of a mapping with a tumbling window; without one each invocation is a window of its own. */
export function createWindowConsumer<
  State,
  S extends StandardSchema | undefined = undefined,
  C extends CodecChoice = 'json',
>(
  options: WindowOptions<S, C, State>,
): (batch: KinesisWindowBatch, context?: RemainingTime) => Promise<WindowResponse> {
  const { open, store, write, bytes, telemetry } = options;
  return async (batch, context) => {
    const { Records } = batch;
    const place = { shardId: batch.shardId ?? (Records[0] ? shardIdOf(Records[0]) : ''), start: batch.window?.start };
    const isLast = batch.window === undefined || batch.isFinalInvokeForWindow || batch.isWindowTerminatedEarly;
    if (Records.length === 0) {
      // Nothing to stop at: what is thrown makes Lambda repeat the invocation.
      if (isLast) await write(open(batch.state), place);
      telemetry?.measure(NO_COUNTS);
      return { ...renderBatchResponse([]), state: isLast ? {} : store(open(batch.state)) };
    }
    let state: object | undefined;
    const consumer = createConsumer<S, C>({
      ...options,
      wholeRecords: true,
      handleBatch: async (records) => {
        const { end, error } = await writeFull(options, batch.state, records, place);
        const { rest } = addUp(options, batch.state, records.slice(0, end), place);
        // Lambda would refuse a larger state, so a record that takes so much is written at once.
        const isOver = isLast || bytes(rest) > TUMBLING_STATE_MAX_BYTES;
        if (isOver) {
          await write(rest, place).catch((reason) => {
            throw new StoppedAt(0, reason);
          });
        }
        state = isOver ? {} : store(rest);
        if (end < records.length) throw new StoppedAt(end, error);
      },
    });
    const reply = await consumer(batch, context);
    if (isLast && state === undefined && reply.batchItemFailures.length === 0) {
      // All records of the last batch were unusable.
      await write(open(batch.state), place);
      state = {};
    }
    return { ...reply, state: state ?? store(open(batch.state)) };
  };
}

/** Adds records up in order: the states that grew full, each with the index of the record that no longer fitted, and the rest. */
function addUp<S extends StandardSchema | undefined, C extends CodecChoice, State>(
  { open, add, bytes }: WindowOptions<S, C, State>,
  stored: unknown,
  records: readonly ConsumedRecord<RecordOf<S, C>>[],
  place: WindowPlace,
) {
  const full: { readonly index: number; readonly state: State }[] = [];
  let rest = open(stored);
  records.forEach(({ value, meta }, index) => {
    if (bytes(rest) > WINDOW_STATE_MAX_BYTES) {
      full.push({ index, state: rest });
      rest = open({});
    }
    add(rest, value, meta, place);
  });
  return { full, rest };
}

/** Writes the states that grew full; the records before `end` count when one of them cannot be written. */
async function writeFull<S extends StandardSchema | undefined, C extends CodecChoice, State>(
  options: WindowOptions<S, C, State>,
  stored: unknown,
  records: readonly ConsumedRecord<RecordOf<S, C>>[],
  place: WindowPlace,
): Promise<{ readonly end: number; readonly error?: unknown }> {
  for (const { index, state } of addUp(options, stored, records, place).full) {
    try {
      await options.write(state, place);
    } catch (error) {
      // The state takes nothing of a record of the stream that comes again.
      const { sequenceNumber } = records[index]!.meta;
      return { end: records.findIndex(({ meta }) => meta.sequenceNumber === sequenceNumber), error };
    }
  }
  return { end: records.length };
}
