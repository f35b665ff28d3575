// What tells an aggregated record from other bytes that start as one.
import { hash } from 'node:crypto';
import { MAGIC_BYTES } from './wire-format.js';

/** The MD5 of the message that stands behind the magic and goes on to `end`. */
export function digestMessage(bytes: Buffer, end: number): Buffer {
  return hash('md5', bytes.subarray(MAGIC_BYTES, end), 'buffer');
}
