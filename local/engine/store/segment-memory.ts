// Memory of segments. A page that is written to for the first time costs more than what is copied into it, since the
// system has to find and clear it: so a few segments are written to ahead of their use, on a thread of Node's pool.
import { openSync, read } from 'node:fs';

/** The only size that is prepared: shards that take many records have segments of it. */
export const LARGEST_SEGMENT_BYTES = 1_024 * 1_024;

/** Segments that wait for use, once a shard has needed one; more than a PutRecords call can fill. */
const SPARES = 12;

const spares: Buffer[] = [];
let onTheWay = 0;
/** A file of zeros to read from; undefined before the first use, and -1 where the system has none. */
let zeros: number | undefined;

/** Memory of exactly so many bytes, with anything in it. */
export function takeSegmentMemory(bytes: number): Buffer {
  if (bytes !== LARGEST_SEGMENT_BYTES) return Buffer.allocUnsafeSlow(bytes);
  const memory = spares.pop() ?? Buffer.allocUnsafeSlow(bytes);
  zeros ??= openZeros();
  while (zeros !== -1 && spares.length + onTheWay < SPARES) prepare(zeros);
  return memory;
}

function prepare(from: number): void {
  const memory = Buffer.allocUnsafeSlow(LARGEST_SEGMENT_BYTES);
  onTheWay += 1;
  // Whatever becomes of the reading, it is memory like any other.
  read(from, memory, 0, memory.length, null, () => {
    onTheWay -= 1;
    spares.push(memory);
  });
}

function openZeros(): number {
  try {
    return openSync('/dev/zero', 'r');
  } catch {
    return -1;
  }
}
