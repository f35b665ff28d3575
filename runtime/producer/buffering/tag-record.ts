// Says in each record who has put it and as which, so that a consumer knows one that arrives twice.
import type { UserRecord } from '../../../core/records/aggregated/user-record.js';

/** Tag with the id of the producer. */
export const PRODUCER_TAG = 'p';
/** Tag with the record's number, from 0, decimal. */
export const NUMBER_TAG = 'n';

export function tagger(producerId: string): (record: UserRecord) => UserRecord {
  const producer = { key: PRODUCER_TAG, value: producerId };
  let number = 0;
  return (record) => {
    const tags = [...(record.tags ?? []), producer, { key: NUMBER_TAG, value: String(number) }];
    number += 1;
    return { ...record, tags };
  };
}
