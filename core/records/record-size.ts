// How many bytes of a limit a record uses up.

/**
 * Bytes that a record counts for in every limit of Kinesis: its data plus the UTF-8 of its partition key.
 */
export function recordBytes(data: Uint8Array, partitionKey: string): number {
  return data.byteLength + Buffer.byteLength(partitionKey, 'utf8');
}
