// What must have come back: every client puts the same records and says what it has read, in the order in which it read.
const KEYS = 8;
const ROUNDS = 25;

/** Records that a client puts. */
export const EXPECTED_RECORDS = KEYS * ROUNDS;

/** A record as a client has read it. */
export interface ReadRecord {
  readonly shard: string;
  readonly key: string;
  readonly sequence: string;
  readonly data: string;
}

/**
 * Says what is wrong with what was read, undefined when it is exactly what was put: each record once, those of a key
 * in the order in which they were put, and from more than one shard, as there was a reshard in between.
 */
export function judge(read: readonly ReadRecord[]): string | undefined {
  const nextOf = new Map<string, number>();
  for (const { key, data } of read) {
    const next = nextOf.get(key) ?? 0;
    if (data !== `${key}:${next}`) return `'${data}' was read where '${key}:${next}' comes next; ${read.length} read`;
    nextOf.set(key, next + 1);
  }
  for (let k = 0; k < KEYS; k += 1) {
    const came = nextOf.get(`key-${k}`) ?? 0;
    if (came !== ROUNDS) return `${came} of ${ROUNDS} records of 'key-${k}' were read; ${read.length} read in all`;
  }
  if (nextOf.size !== KEYS) return `records of ${nextOf.size} keys were read, of ${KEYS} put`;
  const shards = new Set(read.map(({ shard }) => shard)).size;
  return shards > 1 ? undefined : 'all records came from one shard, in spite of the reshard';
}
