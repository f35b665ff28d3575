// Which failed user records are redriven, and as what: records of the stream once more, as far as they failed.

import { chooseRecords } from '../choose-records.js';
import type { ChosenRecord, ReplayRecord, StoredRecord } from '../ports.js';
import { type FailedEntry, originOf } from './failure-object.js';

/** What a redrive or a listing is asked for; everything by default. */
export interface FailureFilter {
  readonly functionName?: string | undefined;
  /** Arrival in the stream. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly errorType?: string | undefined;
  readonly keys: ReadonlySet<string>;
}

/** Whether an entry is asked for, as far as it can be told without looking into an aggregated record. */
export function isAskedFor({ arrivalTime, errorType }: FailedEntry, filter: FailureFilter): boolean {
  const arrivalMs = Date.parse(arrivalTime);
  if (filter.fromMs !== undefined && !(arrivalMs >= filter.fromMs)) return false;
  if (filter.toMs !== undefined && !(arrivalMs < filter.toMs)) return false;
  return filter.errorType === undefined || errorType === filter.errorType;
}

/** An entry and the user records of it that are to be delivered. */
export interface FailedChoice {
  readonly entry: FailedEntry;
  readonly chosen: readonly ChosenRecord[];
  /** User records of other keys. */
  readonly left: number;
  /** User records that cannot be read: no redrive helps, and the entry stays whole. */
  readonly unreadable: number;
}

/** Takes an entry apart. */
export function chooseFailed(entry: FailedEntry, keys: ReadonlySet<string>): FailedChoice {
  const { partitionKey, explicitHashKey, subSequenceNumber } = entry;
  const origin = originOf(entry);
  const data = Buffer.from(entry.data, 'base64');
  const whole = chooseRecords(storedOf(entry, data), keys);
  if (whole.lost > 0) return { entry, chosen: [], left: 0, unreadable: whole.lost };
  if (subSequenceNumber === undefined && origin !== undefined) {
    return { entry, chosen: whole.chosen, left: whole.filtered, unreadable: 0 };
  }
  if (keys.size > 0 && !keys.has(partitionKey)) return { entry, chosen: [], left: 1, unreadable: 0 };
  const record = { partitionKey, data, ...(explicitHashKey !== undefined && { explicitHashKey }) };
  return { entry, chosen: [{ record, ...(origin && { origin }) }], left: 0, unreadable: 0 };
}

/** Records of the stream for choices in their order; user records of the same one come together. */
export function renderReplayRecords(choices: readonly FailedChoice[]): ReplayRecord[] {
  const records: { stored: StoredRecord; chosen: ChosenRecord[]; isWhole: boolean }[] = [];
  for (const { entry, chosen, left } of choices) {
    if (chosen.length === 0) continue;
    const stored = storedOf(entry, Buffer.from(entry.data, 'base64'));
    const last = records.at(-1);
    const isPart = entry.subSequenceNumber !== undefined;
    const isSame = last?.stored.shardId === stored.shardId && last.stored.sequenceNumber === stored.sequenceNumber;
    if (isPart && isSame && !last.isWhole) last.chosen.push(...chosen);
    else records.push({ stored, chosen: [...chosen], isWhole: !isPart && left === 0 });
  }
  return records;
}

function storedOf({ shardId, sequenceNumber, partitionKey, arrivalTime }: FailedEntry, data: Uint8Array): StoredRecord {
  return { shardId, sequenceNumber, partitionKey, data, arrivalMs: Date.parse(arrivalTime) || 0 };
}
