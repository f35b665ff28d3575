// What the clients of the engine bench send: PutRecords of 500 records of 1 KB each, every record under a key of its own,
// as events that are keyed by device or order have: a server that remembers keys gains nothing by it.
import { randomBytes, randomUUID } from 'node:crypto';

export const STREAM = 'bench';
export const BATCH = 500;
/** Bytes of one record, data and partition key. */
export const RECORD_BYTES = 1_024;

/** Work that a parent gives to a client. */
export type Work =
  | { readonly kind: 'put'; readonly calls: number }
  | { readonly kind: 'get'; readonly shards: readonly string[] };

/** What became of it. */
export interface Done {
  readonly records: number;
}

/** First characters of a key, which are new in each call. */
const FRESH_CHARACTERS = 8;

/** Body of a PutRecords call that is sent again and again, each time with new keys. */
export class PutBody {
  readonly bytes: Buffer;
  /** Where the keys begin. */
  readonly #keysAt: readonly number[];
  static #keysMade = 0;

  constructor() {
    const keys = Array.from({ length: BATCH }, () => randomUUID());
    const Records = keys.map((PartitionKey) => {
      return { Data: randomBytes(RECORD_BYTES - PartitionKey.length).toString('base64'), PartitionKey };
    });
    this.bytes = Buffer.from(JSON.stringify({ StreamName: STREAM, Records }));
    this.#keysAt = keys.map((key) => this.bytes.indexOf(key));
  }

  /** The body with keys that no other call of this process has. */
  next(): Buffer {
    for (const at of this.#keysAt) {
      PutBody.#keysMade += 1;
      this.bytes.write(PutBody.#keysMade.toString(36).padStart(FRESH_CHARACTERS, '0'), at, 'latin1');
    }
    return this.bytes;
  }
}
