// What says of a record that it is delivered again on purpose: tags beside its data, which stay as they are. Whoever does
// not know the tags skips them, as the KCL does.
import type { RecordTag, UserRecord } from './aggregated/user-record.js';

/** Tag of every replayed or redriven user record; its value is the id of the replay. */
export const REPLAYED_TAG = 'r';
/** Tag with the first place of a replayed user record in a stream: `<shard>:<sequence>`, or `<shard>:<sequence>:<sub>`. */
export const ORIGIN_TAG = 'o';

/** A place of a user record in a stream. */
export interface RecordOrigin {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /**
   * Position in the aggregated record.
   *
   * @default - the record came alone
   */
  readonly subSequenceNumber?: number;
}

/** What a replayed record says of itself. */
export interface ReplayMark {
  readonly replayId: string;
  /** @default - it has never been in a stream */
  readonly origin?: string;
}

/** A place as text. */
export function renderOrigin({ shardId, sequenceNumber, subSequenceNumber }: RecordOrigin): string {
  return `${shardId}:${sequenceNumber}${subSequenceNumber === undefined ? '' : `:${subSequenceNumber}`}`;
}

/** A place from its text; undefined when the text is none. */
export function parseOrigin(text: string): RecordOrigin | undefined {
  const [, shardId, sequenceNumber, sub] = /^([^:]+):(\d+)(?::(\d+))?$/.exec(text) ?? [];
  if (shardId === undefined || sequenceNumber === undefined) return undefined;
  return { shardId, sequenceNumber, ...(sub !== undefined && { subSequenceNumber: Number(sub) }) };
}

/**
 * Tags of a record that is delivered again.
 *
 * A record that was replayed before keeps its first origin. Tags named in `without` are taken off: the number that a
 * producer gave to a record would make a consumer drop the copy as one that arrived twice.
 */
export function replayTags(
  tags: readonly RecordTag[] | undefined,
  { replayId, origin }: ReplayMark,
  without: readonly string[] = [],
): RecordTag[] {
  const first = tags?.find(({ key }) => key === ORIGIN_TAG)?.value ?? origin;
  const kept = (tags ?? []).filter(({ key }) => key !== REPLAYED_TAG && key !== ORIGIN_TAG && !without.includes(key));
  const own: RecordTag[] = [{ key: REPLAYED_TAG, value: replayId }];
  if (first !== undefined) own.push({ key: ORIGIN_TAG, value: first });
  return [...kept, ...own];
}

/** The mark of a user record; undefined when it is there for the first time. */
export function readReplayMark({ tags }: Pick<UserRecord, 'tags'>): ReplayMark | undefined {
  const replayId = tags?.find(({ key }) => key === REPLAYED_TAG)?.value;
  if (replayId === undefined) return undefined;
  const origin = tags?.find(({ key }) => key === ORIGIN_TAG)?.value;
  return { replayId, ...(origin !== undefined && { origin }) };
}
