// One record on disk: length, checksum, arrival, key, data. What a crash left half-written at the end of a file is told
// by its checksum and cut off.
import { crc32 } from 'node:zlib';

/** Length of the frame and its checksum, arrival, length of the key. */
const HEADER_BYTES = 4 + 4 + 8 + 2;
const CHECKED_FROM = 8;

/** A record as stored. */
export interface StoredFrame {
  readonly partitionKey: string;
  readonly data: Buffer;
  readonly arrivalMs: number;
}

/** Renders a record for the end of a file. */
export function renderFrame(partitionKey: string, data: Uint8Array, arrivalMs: number): Buffer {
  const keyBytes = Buffer.byteLength(partitionKey, 'utf8');
  const frame = Buffer.allocUnsafe(HEADER_BYTES + keyBytes + data.byteLength);
  frame.writeUInt32LE(frame.length, 0);
  frame.writeDoubleLE(arrivalMs, 8);
  frame.writeUInt16LE(keyBytes, 16);
  frame.write(partitionKey, HEADER_BYTES, 'utf8');
  frame.set(data, HEADER_BYTES + keyBytes);
  frame.writeUInt32LE(crc32(frame.subarray(CHECKED_FROM)), 4);
  return frame;
}

/** Reads every whole frame of a file, in order; returns the bytes that they take. */
export function readFrames(file: Buffer, take: (frame: StoredFrame) => void): number {
  let at = 0;
  while (at + HEADER_BYTES <= file.length) {
    const length = file.readUInt32LE(at);
    if (length < HEADER_BYTES || at + length > file.length) break;
    const frame = file.subarray(at, at + length);
    if (crc32(frame.subarray(CHECKED_FROM)) !== frame.readUInt32LE(4)) break;
    const keyEnd = HEADER_BYTES + frame.readUInt16LE(16);
    take({
      partitionKey: frame.toString('utf8', HEADER_BYTES, keyEnd),
      data: frame.subarray(keyEnd),
      arrivalMs: frame.readDoubleLE(8),
    });
    at += length;
  }
  return at;
}
