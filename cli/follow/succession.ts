// In which order the files of a rotated log are read, and when one of them is left for the next.
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Checkpoint } from './checkpoint-file.js';
import type { FilePosition, ReadFile } from './file-position.js';
import { listRotated, type RotatedFile } from './rotated-files.js';
import { identityOf, TailedFile } from './tailed-file.js';

export interface SuccessionOptions {
  /** The followed file, as an absolute path. */
  readonly path: string;
  /** Where an earlier run was. */
  readonly checkpoint: Checkpoint | undefined;
  /** Where to start without one. */
  readonly from: 'start' | 'end';
  readonly maxLineBytes: number;
  readonly pollMs: number;
  /** Time without a line after which a file that was renamed is left. */
  readonly rotateWaitMs: number;
  /** Told what the owner of the log should know. */
  readonly tell: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Finds the file to read first, and the one after each. */
export class Succession {
  readonly #options: SuccessionOptions;
  /** Files that were read to their end, and when they were written to last: of that same moment, they are no later ones. */
  readonly #done = new Set<string>();
  /** The file before the one that is read. */
  #after: ReadFile | undefined;
  #away: { readonly file: TailedFile; readonly sinceMs: number } | undefined;

  constructor(options: SuccessionOptions) {
    this.#options = options;
  }

  /** The file to read first; nothing when the signal came before it. */
  async begin(): Promise<TailedFile | undefined> {
    const { path, checkpoint, from, maxLineBytes, tell } = this.#options;
    if (checkpoint) {
      const { position, savedAtMs } = checkpoint;
      const { after, head, offset } = position;
      if (after) this.#done.add(doneKey(after));
      // Nothing of it was read yet, so it cannot be told whether it is the same file.
      if (after && head.bytes === 0) return this.openNext(after);
      const found = (await this.#findSame(position)) ?? (await this.findCopy(position));
      if (found) return found;
      if (offset > 0) tell(`${path} was rotated, and what was not read of it is not there: going on with what is`);
      return this.openNext({ identity: '', modifiedNs: String(BigInt(savedAtMs) * 1_000_000n) });
    }
    if (from === 'end') {
      const file = await TailedFile.openAtEnd(path, maxLineBytes);
      if (file) return file;
    }
    return this.openNext(undefined);
  }

  /** Whether a file that is at its end will stay so: another one has its place, and its writer has gone there. */
  async isLeft(file: TailedFile): Promise<boolean> {
    const { path, rotateWaitMs } = this.#options;
    const there = await stat(path, { bigint: true }).catch(() => undefined);
    if (there === undefined || identityOf(there) === file.identity) return false;
    if (this.#away?.file !== file) this.#away = { file, sinceMs: performance.now() };
    if (file.path !== path && file.ageMs(Date.now()) >= rotateWaitMs) return true;
    return Math.min(file.quietMs(), performance.now() - this.#away.sinceMs) >= rotateWaitMs;
  }

  /** Closes `file` and opens what was written after it. */
  async after(file: TailedFile): Promise<TailedFile | undefined> {
    const after = { identity: file.identity, modifiedNs: String(await file.modifiedNs()) };
    this.#done.add(doneKey(after));
    await file.close();
    return this.openNext(after);
  }

  /** Opens the oldest rotated file written to since `after`, else the one at the path, and waits for it to appear. */
  async openNext(after: ReadFile | undefined): Promise<TailedFile | undefined> {
    const { path, signal, tell } = this.#options;
    this.#after = after;
    for (let waited = false; !signal.aborted; waited = true) {
      try {
        const file = await this.#openOldest();
        if (file) return file;
        if (!waited) tell(`waiting for ${path}`);
      } catch (error) {
        if (!waited) tell(`waiting for ${path}, which cannot be read: ${(error as Error).message}`);
      }
      await this.wait();
    }
    return undefined;
  }

  /** Whether the file at the path was copied and truncated after it was opened and before it was read. */
  async isOvertaken(file: TailedFile): Promise<boolean> {
    if (file.path !== this.#options.path) return false;
    const missed = await this.#findMissed(file);
    return missed !== undefined && missed.modifiedNs <= (await file.modifiedNs());
  }

  openAgain(): Promise<TailedFile | undefined> {
    return this.openNext(this.#after);
  }

  /** A rotated file with the beginning of the one at `position`, and at least as long. */
  async findCopy(position: FilePosition): Promise<TailedFile | undefined> {
    if (position.head.bytes === 0) return undefined;
    for (const { path } of (await listRotated(this.#options.path)).reverse()) {
      const file = await TailedFile.openAt(path, position, this.#options.maxLineBytes);
      if (file) return file;
    }
    return undefined;
  }

  /** Rejects never: an aborted wait is over. */
  async wait(): Promise<void> {
    const { pollMs, signal } = this.#options;
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }

  /** The file itself, at the path or renamed. */
  async #findSame(position: FilePosition): Promise<TailedFile | undefined> {
    const { path, maxLineBytes } = this.#options;
    const identity = `${position.device}:${position.inode}`;
    for (const candidate of [path, ...(await listRotated(path)).map((rotated) => rotated.path)]) {
      const file = await TailedFile.openAt(candidate, position, maxLineBytes);
      if (file?.identity === identity) return file;
      await file?.close();
    }
    return undefined;
  }

  async #openOldest(): Promise<TailedFile | undefined> {
    const { path, maxLineBytes } = this.#options;
    // Opened first and looked for after: between the two the file at the path may become a rotated one.
    const current = await TailedFile.open(path, maxLineBytes, this.#after);
    const missed = await this.#findMissed(current);
    if (missed === undefined) return current;
    await current?.close();
    const file = await TailedFile.open(missed.path, maxLineBytes, this.#after);
    if (file?.identity === missed.identity) return file;
    // Renamed meanwhile: looked for again.
    await file?.close();
    return undefined;
  }

  /** The oldest rotated file that was written to after the last one that was read. */
  async #findMissed(current: TailedFile | undefined): Promise<RotatedFile | undefined> {
    if (this.#after === undefined) return undefined;
    const sinceNs = BigInt(this.#after.modifiedNs);
    const rotated = await listRotated(this.#options.path);
    return rotated.find(
      (file) => file.modifiedNs >= sinceNs && file.identity !== current?.identity && !this.#done.has(doneKey(file)),
    );
  }
}

function doneKey({
  identity,
  modifiedNs,
}: {
  readonly identity: string;
  readonly modifiedNs: string | bigint;
}): string {
  return `${identity}:${modifiedNs}`;
}
