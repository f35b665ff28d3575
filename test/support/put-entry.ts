import type { PutEntry } from '../../core/batching/check-put-entry.js';

/** An entry to put, four bytes in all unless told otherwise. */
export function aPutEntry(overrides: Partial<PutEntry> = {}): PutEntry {
  return { data: Buffer.from('abc'), partitionKey: 'k', ...overrides };
}
