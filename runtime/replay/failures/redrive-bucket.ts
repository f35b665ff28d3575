// Redrives a bucket: what has taken effect moves below `redriven/`, or is deleted; what has not stays.

import { type FailedEntry, type FailureObject, renderEntries } from './failure-object.js';
import { parseFailure } from './parse-failure.js';
import type { FailureBucket } from './ports.js';
import { type FailureInBucket, REDRIVEN_PREFIX } from './read-bucket.js';
import type { Redrive, Redriven, RedriveTotals } from './redrive.js';
import { addRedriven, NOTHING_REDRIVEN } from './redrive-totals.js';

export interface RedriveBucketOptions {
  readonly bucket: FailureBucket;
  readonly objects: AsyncIterable<FailureInBucket>;
  readonly redrive: Redrive;
  /** Whether what has taken effect is deleted in place of being moved. */
  readonly deletes: boolean;
  readonly isDryRun: boolean;
  /** Told of what cannot be redriven from here. */
  readonly tell: (line: string) => void;
  readonly onTotals: (totals: RedriveTotals) => void;
  readonly signal: AbortSignal;
}

/** Redrives object by object; a stop leaves what was not begun where it is. */
export async function redriveBucket(options: RedriveBucketOptions): Promise<RedriveTotals> {
  const { objects, redrive, isDryRun, tell, onTotals, signal } = options;
  let totals = NOTHING_REDRIVEN;
  for await (const found of objects) {
    if (signal.aborted) break;
    const { key, object } = found;
    if (object.kind === 'unknown' || object.kind === 'range') {
      tell(`left: ${key}: ${object.kind === 'unknown' ? object.reason : 'it has places only, no records'}`);
      totals = addRedriven(totals, { read: 1, failed: 1 });
      continue;
    }
    const redriven = await redrive.redrive(object.entries);
    const unreadable = object.kind === 'records' ? object.unreadable.length : 0;
    if (unreadable > 0) tell(`left: ${key}: ${unreadable} lines are no records`);
    totals = addRedriven(totals, redriven.totals);
    totals = addRedriven(totals, { read: unreadable, failed: unreadable });
    onTotals(totals);
    if (isDryRun) continue;
    const again = await failedAgain(options, found, object, redriven);
    totals = addRedriven(totals, { redriven: -again, failed: again });
    if (again === 0) await tidy(options, found, object, redriven);
  }
  return totals;
}

type RecordsObject = Exclude<FailureObject, { kind: 'unknown' | 'range' }>;

/**
 * How many records a function has set aside once more, under the same key: the object is then another one, which is left
 * as it is. A consumer that sets a record aside counts it as handled, so its answer does not tell.
 */
async function failedAgain(
  { bucket, tell }: RedriveBucketOptions,
  { key, body, modifiedMs }: FailureInBucket,
  object: RecordsObject,
  { done }: Redriven,
): Promise<number> {
  if (object.kind !== 'records' || done.length === 0) return 0;
  const now = await bucket.get(key);
  if (now.body === body && now.modifiedMs === modifiedMs) return 0;
  const written = parseFailure(key, now.body);
  const places = new Set(written.kind === 'records' ? written.entries.map(placeOf) : []);
  const again = done.filter((entry) => places.has(placeOf(entry))).length;
  tell(`left: ${key}: it was written again meanwhile, ${again} of its records have failed once more`);
  // Written by somebody else, it is not to be taken away either.
  return Math.max(again, 1);
}

function placeOf({ shardId, sequenceNumber, subSequenceNumber }: FailedEntry): string {
  return `${shardId}:${sequenceNumber}:${subSequenceNumber ?? ''}`;
}

/** The copy is written before the object goes: a kill in between leaves both, never neither. */
async function tidy(
  { bucket, deletes }: RedriveBucketOptions,
  { key, body }: FailureInBucket,
  object: RecordsObject,
  { done, rest }: Redriven,
): Promise<void> {
  const isSame = rest.length === object.entries.length && done.length === 0;
  const isUnchanged = isSame && rest.every((entry, i) => entry === object.entries[i]);
  if (isUnchanged) return;
  const unreadable = object.kind === 'records' ? object.unreadable : [];
  const isAll = rest.length === 0 && unreadable.length === 0;
  if (!deletes) {
    const copy = isAll || object.kind === 'invocation' ? body : renderEntries(done);
    await bucket.put(`${REDRIVEN_PREFIX}${key}`, copy);
  }
  if (isAll) return bucket.remove(key);
  if (object.kind === 'records') return bucket.put(key, renderEntries(rest, unreadable));
  // Part of an invocation is no invocation: what is left of it goes on as single records.
  const { shardId, sequenceNumber } = rest[0]!;
  await bucket.put(`records/${object.functionName}/${shardId}/${sequenceNumber}-rest.ndjson`, renderEntries(rest));
  await bucket.remove(key);
}
