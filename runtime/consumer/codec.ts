// From the bytes of a user record to a value.
import { gunzipSync } from 'node:zlib';
import { PermanentError } from './permanent-error.js';
import type { RecordMeta } from './record-meta.js';

/**
 * Decodes records of an own format, for instance by a schema registry.
 *
 * It throws a `PermanentError` for bytes that will never decode; another error, such as a registry out of reach, is
 * transient.
 */
export interface Codec<T = unknown> {
  decode(bytes: Uint8Array, meta: RecordMeta): T | Promise<T>;
}

/** A codec by name, or an own one. */
export type CodecChoice = 'json' | 'gzip-json' | 'raw' | Codec;

export function codecOf(choice: CodecChoice): Codec {
  if (typeof choice !== 'string') return choice;
  return CODECS[choice];
}

const CODECS: Readonly<Record<Extract<CodecChoice, string>, Codec>> = {
  json: { decode: parseJson },
  'gzip-json': { decode: (bytes) => parseJson(gunzip(bytes)) },
  raw: { decode: (bytes) => bytes },
};

/** Parses JSON in UTF-8. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = textOf(bytes);
  try {
    // What stands for bytes that are no UTF-8 may stand in the text by right, so it is decoded again, strictly.
    if (!text.includes('\ufffd')) return JSON.parse(text);
  } catch {
    // A byte order mark is no JSON to `JSON.parse`; below it is taken off.
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new PermanentError('InvalidJson', 'data must be JSON in UTF-8');
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.isBuffer(bytes)
    ? bytes.toString('utf8')
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** Most bytes that a record may unfold to: a stream takes 10 MiB, so this is no record but a trap. */
const UNZIPPED_MAX_BYTES = 64 * 1_024 * 1_024;

function gunzip(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: UNZIPPED_MAX_BYTES });
  } catch (cause) {
    throw new PermanentError('InvalidGzip', 'data must be gzip', { cause });
  }
}
