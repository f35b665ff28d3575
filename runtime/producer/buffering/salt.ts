// Spreads a key that is too busy for one shard over several, by putting it under several keys.
import type { UserRecord } from '../../../core/records/aggregated/user-record.js';

/** Which keys are spread, and how far. */
export interface SaltingOptions {
  /**
   * Keys that each busy key is spread over: `key#0` to `key#<ways - 1>`, one after the other.
   *
   * A consumer sees these, must join them again (`unsaltKey`), and has no order between records of different ways; order
   * is kept only among those of one.
   */
  readonly ways: number;

  /** Tells whether a key is spread; must always answer the same for the same key, or its order is lost sooner. */
  readonly isBusy: (partitionKey: string) => boolean;
}

const MARK = '#';

/** Makes what puts records of busy keys under their next way. */
export function salter({ ways, isBusy }: SaltingOptions): (record: UserRecord) => UserRecord {
  if (!Number.isInteger(ways) || ways < 2) {
    throw new RangeError(
      `'salting.ways' must be a whole number from 2, got ${ways}; leave salting out to spread nothing`,
    );
  }
  let turn = 0;
  return (record) => {
    // A record with an explicit hash key is where its sender wants it.
    if (record.explicitHashKey !== undefined || !isBusy(record.partitionKey)) return record;
    turn = (turn + 1) % ways;
    return { ...record, partitionKey: `${record.partitionKey}${MARK}${turn}` };
  };
}

/**
 * The key that a salted one was made of. It cuts a `#` and digits at the end of any key: ask it only for keys that are
 * spread, if others may end so too.
 */
export function unsaltKey(partitionKey: string): string {
  return partitionKey.replace(/#\d+$/, '');
}
