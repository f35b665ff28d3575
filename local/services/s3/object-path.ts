// A key as a file below its bucket's folder. Only keys that are one to one with a path inside the folder are
// taken; any other is refused, never rewritten, so that what is listed is what was put.
import { join } from 'node:path';
import { ServiceError } from '../../service-error.js';

/** Longest key in UTF-8 bytes, as in S3. */
const MAX_KEY_BYTES = 1024;

/** Longest path segment that file systems take. */
const MAX_SEGMENT_BYTES = 255;

/** Gives the file of a key below `folder`, or refuses the key. */
export function locateObject(folder: string, key: string): string {
  if (key === '') throw refuse(key, 'must not be empty');
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new ServiceError('KeyTooLongError', 'Your key is too long');
  if (key.includes('\0')) throw refuse(key, 'must not hold a NUL character');
  for (const segment of key.split('/')) {
    if (segment === '') throw refuse(key, 'must not begin or end with a slash, nor hold two in a row');
    if (segment === '.' || segment === '..') throw refuse(key, `must not hold the segment '${segment}'`);
    if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) {
      throw refuse(key, `must have segments of at most ${MAX_SEGMENT_BYTES} bytes`);
    }
  }
  return join(folder, ...key.split('/'));
}

function refuse(key: string, rule: string): ServiceError {
  return new ServiceError('InvalidArgument', `object key ${rule} in the lab, got '${key.replaceAll('\0', '\\0')}'`);
}
