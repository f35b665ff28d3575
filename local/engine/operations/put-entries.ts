// Entries of PutRecord and PutRecords: what one must be like, what it weighs, and which shard it belongs to.
import type { PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { PARTITION_KEY_MAX_CHARACTERS } from '../../../core/limits.js';
import { parseExplicitHashKey } from '../../../core/sharding/hash-key.js';
import { routeToShard } from '../../../core/sharding/route-to-shard.js';
import { ServiceError } from '../../service-error.js';
import type { Shard } from '../streams/shard.js';
import type { Stream } from '../streams/stream.js';
import { problem, validationError } from '../validation/check-input.js';

/** Bytes that an entry counts for in every limit. */
function entryBytes(entry: PutRecordsRequestEntry): number {
  return entry.Data!.byteLength + Buffer.byteLength(entry.PartitionKey ?? '', 'utf8');
}

/** Refuses the whole call when one entry is not well-formed or too large; returns the bytes of each. */
export function checkEntries(
  stream: Stream,
  entries: readonly PutRecordsRequestEntry[],
  path: (index: number, member: string) => string,
): number[] {
  const maxBytes = stream.maxRecordKiB * 1_024;
  const keyless = stream.recordDistribution === 'AUTO';
  const sizes: number[] = [];
  const problems: string[] = [];
  for (let i = 0; i < entries.length; i += 1) {
    const entry = entries[i]!;
    checkTypes(entry);
    const { Data: data, PartitionKey: key, ExplicitHashKey: hashKey } = entry;
    if (!(data instanceof Uint8Array)) problems.push(problem(null, path(i, 'data'), 'must not be null'));
    if (typeof key !== 'string' && !(keyless && key === undefined))
      problems.push(problem(null, path(i, 'partitionKey'), 'must not be null'));
    if (!(data instanceof Uint8Array)) continue;
    if (key !== undefined && key.length < 1) {
      problems.push(problem('', path(i, 'partitionKey'), 'must have length greater than or equal to 1'));
    }
    if (key !== undefined && key.length > PARTITION_KEY_MAX_CHARACTERS) {
      const text = `must have length less than or equal to ${PARTITION_KEY_MAX_CHARACTERS}`;
      problems.push(problem(undefined, path(i, 'partitionKey'), text));
    }
    const bytes = entryBytes(entry);
    if (bytes > maxBytes) {
      problems.push(problem(undefined, path(i, 'data'), `must have length less than or equal to ${maxBytes}`));
    }
    sizes.push(bytes);
    if (hashKey !== undefined) checkHashKey(hashKey);
  }
  if (problems.length > 0) throw validationError(problems);
  return sizes;
}

/** Throws when an entry, as any client may have sent it, is none. */
function checkTypes(entry: PutRecordsRequestEntry | undefined): void {
  if (entry && isData(entry.Data) && isText(entry.PartitionKey) && isText(entry.ExplicitHashKey)) return;
  throw new ServiceError(
    'SerializationException',
    "Each of 'Records' must be a structure of 'Data', a blob, and of 'PartitionKey' and 'ExplicitHashKey', strings.",
  );
}

function isData(value: unknown): boolean {
  return value === undefined || value instanceof Uint8Array;
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

/** The open shard that takes an entry. */
export function shardOf(stream: Stream, entry: PutRecordsRequestEntry): Shard {
  const shards = stream.openShards;
  if (shards.length === 1) return shards[0]!;
  if (stream.recordDistribution === 'AUTO') return shards[stream.nextTurn() % shards.length]!;
  const explicit = entry.ExplicitHashKey;
  return explicit === undefined ? stream.shardOf(entry.PartitionKey!) : routeToShard(BigInt(explicit), shards)!;
}

function checkHashKey(text: string): void {
  if (parseExplicitHashKey(text).kind === 'parsed') return;
  throw new ServiceError(
    'InvalidArgumentException',
    `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${text.slice(0, 60)}`,
  );
}
