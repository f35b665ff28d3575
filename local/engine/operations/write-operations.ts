// PutRecord and PutRecords: route by hash key, take what the shard's limits allow, say which record was refused and why.
import type { PutRecordsRequestEntry, PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import { PUT_RECORDS_MAX_BYTES } from '../../../core/limits.js';
import { ServiceError } from '../../service-error.js';
import type { EngineContext } from '../context.js';
import { PutTally } from '../metrics/put-tally.js';
import type { Shard } from '../streams/shard.js';
import type { Stream } from '../streams/stream.js';
import { endDryRun, type OperationTable, STREAM_NAME } from './operation.js';
import { checkEntries, shardOf } from './put-entries.js';
import { encryptionOf } from './render.js';

const THROTTLED = 'ProvisionedThroughputExceededException';

export const writeOperations = {
  PutRecord: {
    required: ['Data'],
    optional: [...STREAM_NAME, 'PartitionKey', 'ExplicitHashKey', 'SequenceNumberForOrdering', 'DryRun'],
    run(engine, input) {
      const stream = engine.streams.findUsable(input);
      const [bytes] = checkEntries(stream, [input], (_i, member) => member);
      endDryRun(input);
      const put = new PutCall(engine, stream, 'PutRecord');
      const { SequenceNumber, ShardId, ErrorCode, ErrorMessage } = put.take(input, bytes!);
      put.finish();
      if (ErrorCode) throw new ServiceError(ErrorCode, ErrorMessage!);
      return { ShardId, SequenceNumber, ...encryptionOf(stream) };
    },
  },

  PutRecords: {
    required: ['Records'],
    optional: [...STREAM_NAME, 'DryRun'],
    run(engine, input) {
      const stream = engine.streams.findUsable(input);
      const entries = input.Records!;
      const sizes = checkEntries(stream, entries, (i, member) => `records.${i + 1}.member.${member}`);
      if (sizes.reduce((sum, bytes) => sum + bytes, 0) > PUT_RECORDS_MAX_BYTES) {
        throw new ServiceError('InvalidArgumentException', 'Records size exceeds 10 MB limit');
      }
      endDryRun(input);
      const put = new PutCall(engine, stream, 'PutRecords');
      const records = entries.map((entry, i) => put.take(entry, sizes[i]!));
      put.finish();
      return { FailedRecordCount: put.throttled, Records: records, ...encryptionOf(stream) };
    },
  },
} satisfies OperationTable;

/** One call's worth of records, taken at one moment of lab time. */
class PutCall {
  readonly #engine: EngineContext;
  readonly #stream: Stream;
  readonly #tally: PutTally;
  readonly #nowMs: number;
  readonly #touched = new Set<Shard>();

  constructor(engine: EngineContext, stream: Stream, operation: 'PutRecord' | 'PutRecords') {
    this.#engine = engine;
    this.#stream = stream;
    this.#nowMs = engine.clock.nowMs();
    this.#tally = new PutTally(stream.metrics, operation);
  }

  /** Records that were refused. */
  get throttled(): number {
    return this.#tally.throttled;
  }

  /** Stores one entry of so many bytes, or tells why not. */
  take(entry: PutRecordsRequestEntry, bytes: number): PutRecordsResultEntry {
    const shard = shardOf(this.#stream, entry);
    if (this.#engine.enforceLimits && !shard.limits.admitWrite(bytes, this.#nowMs)) {
      this.#tally.refuse(shard.id);
      const { name, accountId } = this.#stream;
      const message = `Rate exceeded for shard ${shard.id} in stream ${name} under account ${accountId}.`;
      return { ErrorCode: THROTTLED, ErrorMessage: message };
    }
    const { journal } = this.#engine;
    if (journal) shard.log.hold();
    const key = entry.PartitionKey ?? '';
    // The clock of a restarted engine may be behind what it finds.
    const atMs = journal ? Math.max(this.#nowMs, shard.log.lastArrivalMs) : this.#nowMs;
    const position = shard.log.append(key, entry.Data!, bytes, atMs);
    journal?.add(this.#stream, shard, position, [key, entry.Data!, atMs]);
    shard.countWrite(bytes);
    this.#tally.accept(shard.id, bytes);
    this.#touched.add(shard);
    return { SequenceNumber: shard.sequenceNumber(position, atMs), ShardId: shard.id };
  }

  /** Counts the call, lets go of expired records and wakes the readers. */
  finish(): void {
    this.#stream.accepted += this.#tally.accepted;
    this.#tally.report(this.#nowMs);
    const horizonMs = this.#stream.horizonMs(this.#nowMs);
    for (const shard of this.#touched) {
      shard.log.trim(horizonMs);
      shard.announce();
    }
  }
}
