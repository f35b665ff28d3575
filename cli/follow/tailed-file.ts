// One open file, read from a place to its end, again and again; notices when it is no longer the file it was.
import { randomBytes } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Line, LineSplitter } from '../input/line-splitter.js';
import { digestHead, type FileHead, type FilePosition, HEAD_MAX_BYTES, type ReadFile } from './file-position.js';

const CHUNK_BYTES = 256 * 1_024;

export type Reading =
  | { readonly kind: 'read'; readonly lines: readonly Line[] }
  /** At its end for now. */
  | { readonly kind: 'quiet' }
  /** Shorter than it was, or another beginning: what followed the place is not there any more. */
  | { readonly kind: 'truncated' };

interface Start {
  readonly generation: string;
  readonly offset: number;
  readonly line: number;
  readonly head: Buffer;
  readonly after: ReadFile | undefined;
}

export class TailedFile {
  readonly path: string;
  /** Tells it from any other file as long as it is open: its inode number is not used again before. */
  readonly identity: string;
  readonly #handle: FileHandle;
  readonly #stat: BigIntStats;
  readonly #generation: string;
  readonly #after: ReadFile | undefined;
  readonly #splitter: LineSplitter;
  #head: Buffer;
  #digest: FileHead;
  #readOffset: number;
  #whole: { offset: number; line: number };
  /** When it had been written to as it was looked at last. */
  #seenNs = -1n;
  #quietSinceMs = performance.now();

  private constructor(path: string, handle: FileHandle, stat: BigIntStats, start: Start, maxLineBytes: number) {
    const { generation, offset, line, head } = start;
    this.path = path;
    this.identity = identityOf(stat);
    this.#handle = handle;
    this.#stat = stat;
    this.#generation = generation;
    this.#after = start.after;
    this.#head = head;
    this.#digest = digestHead(head);
    this.#readOffset = offset;
    this.#whole = { offset, line };
    this.#splitter = new LineSplitter(maxLineBytes, { offset, line });
  }

  /** Opens the file at its beginning; nothing when it is not there. */
  static async open(path: string, maxLineBytes: number, after?: ReadFile): Promise<TailedFile | undefined> {
    const handle = await openIfThere(path);
    if (handle === undefined) return undefined;
    const start = { generation: randomBytes(6).toString('hex'), offset: 0, line: 0, head: Buffer.alloc(0), after };
    return new TailedFile(path, handle, await handle.stat({ bigint: true }), start, maxLineBytes);
  }

  /** Opens the file behind its last whole line: only what is added from now on is read. */
  static async openAtEnd(path: string, maxLineBytes: number): Promise<TailedFile | undefined> {
    const file = await TailedFile.open(path, maxLineBytes);
    if (file === undefined) return undefined;
    for (let reading = await file.read(); reading.kind === 'read'; reading = await file.read());
    return file.#reopen(maxLineBytes);
  }

  /** Opens the file at a place in it; nothing when it does not begin as the one of the place did, or is shorter. */
  static async openAt(path: string, position: FilePosition, maxLineBytes: number): Promise<TailedFile | undefined> {
    const handle = await openIfThere(path);
    if (handle === undefined) return undefined;
    const stat = await handle.stat({ bigint: true });
    const head = await readHead(handle, position.head.bytes);
    if (Number(stat.size) < position.offset || digestHead(head).sha256 !== position.head.sha256) {
      await handle.close();
      return undefined;
    }
    return new TailedFile(path, handle, stat, { ...position, after: position.after, head }, maxLineBytes);
  }

  /** Whether nothing of it is known yet: were it truncated now, nobody could tell. */
  get isFresh(): boolean {
    return this.#head.length === 0;
  }

  /** Reads on from where it was; lines are whole. */
  async read(): Promise<Reading> {
    const { size, mtimeNs } = await this.#handle.stat({ bigint: true });
    const unread = Number(size) - this.#readOffset;
    if (unread < 0) return { kind: 'truncated' };
    if (unread === 0 && mtimeNs === this.#seenNs) return { kind: 'quiet' };
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, unread));
    const { bytesRead } = await this.#handle.read(chunk, 0, chunk.length, this.#readOffset);
    // Looked at after the read: what was read before the file changed is of the file as it was.
    const head = await readHead(this.#handle, this.#head.length);
    if (!head.equals(this.#head)) return { kind: 'truncated' };
    this.#seenNs = mtimeNs;
    if (bytesRead === 0) return { kind: 'quiet' };
    this.#quietSinceMs = performance.now();
    return { kind: 'read', lines: this.#take(chunk.subarray(0, bytesRead)) };
  }

  /** What follows the last whole line: the file ends there for good. */
  finish(): readonly Line[] {
    return this.#advance([...this.#splitter.close()]);
  }

  /** The place behind the last whole line that was read, or behind an earlier one. */
  position({ offset, line } = this.#whole): FilePosition {
    const { dev, ino } = this.#stat;
    const generation = this.#generation;
    const after = this.#after && { after: this.#after };
    return { device: String(dev), inode: String(ino), generation, offset, line, head: this.#digest, ...after };
  }

  /** How long nothing was added to it. */
  quietMs(): number {
    return performance.now() - this.#quietSinceMs;
  }

  /** The same file from its last whole line on. */
  #reopen(maxLineBytes: number): TailedFile {
    const start = { generation: this.#generation, ...this.#whole, head: this.#head, after: this.#after };
    return new TailedFile(this.path, this.#handle, this.#stat, start, maxLineBytes);
  }

  /** How long ago it was written to or renamed, when it was opened. */
  ageMs(nowMs: number): number {
    return nowMs - Math.max(Number(this.#stat.mtimeMs), Number(this.#stat.ctimeMs));
  }

  /** When it was last written to, epoch nanoseconds. */
  async modifiedNs(): Promise<bigint> {
    return (await this.#handle.stat({ bigint: true })).mtimeNs;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  #take(chunk: Buffer): readonly Line[] {
    const known = this.#head.length - this.#readOffset;
    const unknown = known >= 0 ? chunk.subarray(known, HEAD_MAX_BYTES - this.#readOffset) : Buffer.alloc(0);
    if (unknown.length > 0) {
      this.#head = Buffer.concat([this.#head, unknown]);
      this.#digest = digestHead(this.#head);
    }
    this.#readOffset += chunk.length;
    return this.#advance([...this.#splitter.push(chunk)]);
  }

  #advance(lines: readonly Line[]): readonly Line[] {
    const last = lines.at(-1);
    if (last) this.#whole = { offset: last.endOffset, line: last.number };
    return lines;
  }
}

export function identityOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  return open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

async function readHead(handle: FileHandle, bytes: number): Promise<Buffer> {
  const head = Buffer.alloc(bytes);
  const { bytesRead } = await handle.read(head, 0, bytes, 0);
  return head.subarray(0, bytesRead);
}
