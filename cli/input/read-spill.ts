// Records that an earlier run could not deliver, as its spill file has them: put again with their own keys and bytes.
import { checkPutEntry, type PutEntry } from '../../core/batching/check-put-entry.js';
import { RECORD_HIGHEST_MAX_BYTES } from '../../core/limits.js';
import { readLines } from './read-lines.js';
import type { RowOutcome } from './to-event.js';

/** Base64 is a third longer than its bytes, and the key stands beside it. */
const MAX_LINE_BYTES = 2 * RECORD_HIGHEST_MAX_BYTES;

export async function* readSpill(
  source: AsyncIterable<Uint8Array>,
  maxRecordBytes: number,
): AsyncGenerator<RowOutcome> {
  for await (const line of readLines(source, MAX_LINE_BYTES)) {
    if (line.kind === 'line' && line.text.trim() === '') continue;
    const entry = line.kind === 'line' ? parseSpilled(line.text) : undefined;
    const reason =
      line.kind === 'rejected'
        ? line.reason
        : entry === undefined
          ? "line must be a JSON object with 'partitionKey' and 'data' in base64"
          : checkPutEntry(entry, maxRecordBytes)?.reason;
    yield entry === undefined || reason !== undefined
      ? { kind: 'rejected', line: line.number, reason: reason ?? '' }
      : { kind: 'put', line: line.number, entry };
  }
}

function parseSpilled(text: string): PutEntry | undefined {
  try {
    const { partitionKey, explicitHashKey, data } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (typeof partitionKey !== 'string' || typeof data !== 'string') return undefined;
    const bytes = Buffer.from(data, 'base64');
    if (bytes.toString('base64') !== data) return undefined;
    return { partitionKey, data: bytes, ...(typeof explicitHashKey === 'string' && { explicitHashKey }) };
  } catch {
    return undefined;
  }
}
