// The faults of a run as a file to read afterwards, one JSON object a line, and their count.
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ChaosObserver } from './chaos-observer.js';

export interface FaultFile extends ChaosObserver {
  /** Faults so far. */
  readonly count: number;
  close(): Promise<void>;
}

/** Writes to `faults.ndjson` in the folder. */
export function openFaultFile(folder: string): FaultFile {
  mkdirSync(folder, { recursive: true });
  const file = createWriteStream(join(folder, 'faults.ndjson'));
  let count = 0;
  return {
    get count() {
      return count;
    },
    fault(fault) {
      count += 1;
      file.write(`${JSON.stringify(fault)}\n`);
    },
    close: () => new Promise((closed) => file.end(() => closed())),
  };
}
