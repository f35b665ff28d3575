// Tags of user records that a consumer reads. They stand in a field of the aggregated format that the KPL leaves empty and
// the KCL skips.
import type { RecordTag } from '../../core/records/aggregated/user-record.js';
import { NUMBER_TAG, PRODUCER_TAG } from '../producer/buffering/tag-record.js';

export { NUMBER_TAG, PRODUCER_TAG };

/** Tag with the W3C `traceparent`: 61 bytes, where the field of a JSON object takes 72. */
export const TRACE_TAG = 't';
/** Who has put a record, and as which of its own. */
export interface ParsedTags {
  readonly producerId: string;
  readonly number: number;
}

export function parseTags(tags: readonly RecordTag[]): ParsedTags | undefined {
  let producerId: string | undefined;
  let number = Number.NaN;
  for (const { key, value } of tags) {
    if (key === PRODUCER_TAG) producerId = value;
    else if (key === NUMBER_TAG && value !== undefined && value !== '') number = Number(value);
  }
  return producerId !== undefined && Number.isSafeInteger(number) && number >= 0 ? { producerId, number } : undefined;
}
