// Takes a record of the stream apart and chooses what of it is replayed.
import { decodeRecord } from '../../core/records/aggregated/decode-record.js';
import type { ReplayRecord, StoredRecord } from './ports.js';

/** A record, and what was not chosen of it. */
export interface Choice extends ReplayRecord {
  /** User records of other keys. */
  readonly filtered: number;
  /** User records that are in it and cannot be read. */
  readonly lost: number;
}

/** Chooses the user records of `keys`, all where there are none. */
export function chooseRecords(stored: StoredRecord, keys: ReadonlySet<string>): Choice {
  const { shardId, sequenceNumber, partitionKey, data } = stored;
  const isChosen = (key: string) => keys.size === 0 || keys.has(key);
  const decoded = decodeRecord(data);
  if (decoded.kind === 'plain') {
    const chosen = isChosen(partitionKey)
      ? [{ record: { partitionKey, data }, origin: { shardId, sequenceNumber } }]
      : [];
    return { stored, chosen, isWhole: chosen.length === 1, filtered: 1 - chosen.length, lost: 0 };
  }
  const chosen = decoded.records
    .map((record, subSequenceNumber) => ({ record, origin: { shardId, sequenceNumber, subSequenceNumber } }))
    .filter(({ record }) => isChosen(record.partitionKey));
  const filtered = decoded.records.length - chosen.length;
  const { lost } = decoded;
  return { stored, chosen, isWhole: filtered === 0 && lost === 0, filtered, lost };
}
