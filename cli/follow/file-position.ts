// A place in a file that may be renamed, copied and truncated meanwhile: where it stands and by what it is known again.
import { createHash } from 'node:crypto';

/** How much of a file's beginning it is known by. A new file under an old inode number differs there. */
export const HEAD_MAX_BYTES = 1_024;

export interface FilePosition {
  readonly device: string;
  readonly inode: string;
  /** Made up when the file is first opened, and anew when it was truncated: names its lines for good. */
  readonly generation: string;
  /** Bytes of whole lines before the place. */
  readonly offset: number;
  /** Lines before the place. */
  readonly line: number;
  readonly head: FileHead;
  /** The file that was read before; unknown for the first one. */
  readonly after?: ReadFile;
}

/** A file that was read to its end. */
export interface ReadFile {
  readonly identity: string;
  /** When it was last written to, epoch nanoseconds. */
  readonly modifiedNs: string;
}

/** Digest of a file's first bytes. */
export interface FileHead {
  readonly bytes: number;
  readonly sha256: string;
}

export function digestHead(head: Uint8Array): FileHead {
  return { bytes: head.length, sha256: createHash('sha256').update(head).digest('hex') };
}
