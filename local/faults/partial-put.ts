// A put as the engine does it, with a share of its entries throttled, and everyone told of what was stored.
import type { PutRecordsRequestEntry, PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import { streamNameOf } from '../../core/stream-arn.js';
import type { KinesisEngine } from '../engine/engine.js';
import type { StoredRecord } from './chaos-observer.js';
import type { RecordHook } from './record-hook.js';

export interface Put {
  readonly operation: 'PutRecord' | 'PutRecords';
  readonly ordinal: number;
  readonly input: Readonly<Record<string, unknown>>;
  /** Share of the entries that are refused: the nth of every so many. */
  readonly refusedShare: number;
}

interface Output {
  readonly Records: readonly PutRecordsResultEntry[];
}

const REFUSED: PutRecordsResultEntry = {
  ErrorCode: 'ProvisionedThroughputExceededException',
  ErrorMessage: 'Rate exceeded (chaos).',
};

/** Runs the put, without the entries that it refuses. */
export async function executePut(engine: KinesisEngine, put: Put, hook: RecordHook): Promise<unknown> {
  const { operation, input } = put;
  if (operation === 'PutRecord') {
    const output = (await engine.call(operation, input)) as PutRecordsResultEntry;
    tell(put, hook, [input as unknown as PutRecordsRequestEntry], [output]);
    return output;
  }
  const { Records } = input as { readonly Records?: readonly PutRecordsRequestEntry[] };
  if (!Array.isArray(Records)) return engine.call(operation, input);
  const entries: readonly PutRecordsRequestEntry[] = Records;
  const isRefused = (at: number) => Math.floor((at + 1) * put.refusedShare) > Math.floor(at * put.refusedShare);
  const taken = entries.filter((_, at) => !isRefused(at));
  if (taken.length === 0) return { FailedRecordCount: entries.length, Records: entries.map(() => REFUSED) };
  const output = (await engine.call(operation, { ...input, Records: taken })) as Output;
  tell(put, hook, taken, output.Records);
  const results = output.Records.values();
  const all = entries.map((_, at) => (isRefused(at) ? REFUSED : results.next().value!));
  return { ...output, FailedRecordCount: all.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Records: all };
}

function tell(
  { operation, ordinal, input }: Put,
  hook: RecordHook,
  entries: readonly PutRecordsRequestEntry[],
  results: readonly PutRecordsResultEntry[],
): void {
  const records: StoredRecord[] = [];
  entries.forEach(({ PartitionKey = '', Data = new Uint8Array() }, at) => {
    const { ShardId, SequenceNumber } = results[at] ?? {};
    if (ShardId === undefined || SequenceNumber === undefined) return;
    records.push({ partitionKey: PartitionKey, data: Data, shardId: ShardId, sequenceNumber: SequenceNumber });
  });
  hook.stored({ operation, ordinal, stream: streamOf(input) }, records);
}

function streamOf({ StreamName, StreamARN }: Put['input']): string {
  return typeof StreamName === 'string' ? StreamName : streamNameOf(String(StreamARN));
}
