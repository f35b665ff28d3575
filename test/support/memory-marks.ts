import type { MarkPort, MarkWrite, StoredMark } from '../../runtime/consumer/mark-port.js';

export interface MemoryMarks extends MarkPort {
  readonly marks: Map<string, StoredMark>;
  readonly writes: MarkWrite[];
}

/** Marks that are kept as the table keeps them. */
export function memoryMarks(): MemoryMarks {
  const marks = new Map<string, StoredMark>();
  const writes: MarkWrite[] = [];
  return {
    marks,
    writes,
    readMark: async (key) => marks.get(key),
    async writeMark(write) {
      if (marks.get(write.key)?.version !== write.expectedVersion) throw new Error('another writer');
      marks.set(write.key, { mark: write.mark, version: write.version });
      writes.push(write);
    },
  };
}
