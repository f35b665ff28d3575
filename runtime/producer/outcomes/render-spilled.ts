// Spilled records as objects: the lines of the failure store, with what a record has that was never in the stream.
import type { SpilledRecord } from './spill.js';

const RANDOM_DIGITS = 8;

/** Key of the object that holds `records`; another one each time, in the order of time. */
export function spillKey(producer: string, records: readonly SpilledRecord[], random: () => number): string {
  const time = new Date(records[0]!.putAtMs).toISOString();
  const unique = random()
    .toString(16)
    .slice(2, 2 + RANDOM_DIGITS)
    .padEnd(RANDOM_DIGITS, '0');
  return `records/${producer}/spilled/${time}-${unique}.ndjson`;
}

/**
 * Renders records as NDJSON, one per line: shard and sequence number are empty, `arrivalTime` is that of the put.
 */
export function renderSpilled(records: readonly SpilledRecord[]): string {
  return records
    .map(({ record, putAtMs, errorCode, message }) => {
      const { partitionKey, explicitHashKey, data } = record;
      return `${JSON.stringify({
        shardId: '',
        sequenceNumber: '',
        partitionKey,
        explicitHashKey,
        arrivalTime: new Date(putAtMs).toISOString(),
        errorType: errorCode,
        reason: message,
        data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
      })}\n`;
    })
    .join('');
}
