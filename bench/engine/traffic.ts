// What the clients of the engine bench send: PutRecords of 500 records of 1 KB each, spread over the key space.
import { randomBytes } from 'node:crypto';

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

/** Body of one PutRecords call. */
export function putBody(): Buffer {
  const Records = Array.from({ length: BATCH }, () => {
    const PartitionKey = randomBytes(8).toString('hex');
    return { Data: randomBytes(RECORD_BYTES - PartitionKey.length).toString('base64'), PartitionKey };
  });
  return Buffer.from(JSON.stringify({ StreamName: STREAM, Records }));
}
