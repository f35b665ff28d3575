// What is acknowledged is on disk: records and changes of state are gathered while the disk is busy, written and synced
// together, and only then are their callers answered and their readers woken.
import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Account } from '../account.js';
import type { Shard } from '../streams/shard.js';
import type { Stream } from '../streams/stream.js';
import type { StreamRegistry } from '../streams/stream-registry.js';
import { type DataDirectory, type RecordFile, syncFolder } from './data-directory.js';
import { renderFrame } from './record-frame.js';
import { saveStream } from './stream-state.js';

/** A shard goes on in a new file once its file is this large. */
const FILE_BYTES = 64 * 1_024 * 1_024;

/** A line of the state journal; a later one of the same kind and name stands in its place. */
export type StateLine =
  | { readonly stream: ReturnType<typeof saveStream> }
  | { readonly deleted: string }
  | { readonly account: ReturnType<Account['state']> };

interface ShardFile {
  readonly handle: FileHandle;
  bytes: number;
}

interface Waiting {
  readonly shard: Shard;
  readonly folder: string;
  readonly firstPosition: number;
  readonly frames: Buffer[];
}

/** The journal of one engine. */
export class Journal {
  readonly #directory: DataDirectory;
  readonly #streams: StreamRegistry;
  readonly #account: Account;
  /** State of each stream as last written. */
  readonly #written = new Map<string, string>();
  readonly #files = new Map<string, ShardFile>();
  #records = new Map<Shard, Waiting>();
  #stateFile: Promise<FileHandle>;
  #isStateDirty = true;
  #isRunning = false;
  #failure: Error | undefined;
  #waiters: { resolve(): void; reject(error: Error): void }[] = [];

  constructor(directory: DataDirectory, streams: StreamRegistry, account: Account) {
    this.#directory = directory;
    this.#streams = streams;
    this.#account = account;
    this.#stateFile = open(directory.statePath, 'a');
    this.#stateFile.catch(() => undefined);
  }

  /** Takes a record that has been given its position. */
  add(stream: Stream, shard: Shard, position: number, record: Parameters<typeof renderFrame>): void {
    let waiting = this.#records.get(shard);
    if (!waiting) {
      const folder = this.#folderOf(stream);
      waiting = { shard, folder, firstPosition: position, frames: [] };
      this.#records.set(shard, waiting);
    }
    waiting.frames.push(renderFrame(...record));
  }

  /** The state of streams may have changed. */
  touch(): void {
    this.#isStateDirty = true;
  }

  /** Resolves when everything so far is on disk. */
  commit(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (!this.#isRunning && !this.#isStateDirty && this.#records.size === 0) return Promise.resolve();
    const committed = new Promise<void>((resolve, reject) => this.#waiters.push({ resolve, reject }));
    if (!this.#isRunning) this.#run();
    return committed;
  }

  /** Deletes what nobody can read any more: expired records in whole files, and those of shards and streams that are gone. */
  async sweep(): Promise<void> {
    // First the state, which must not mention what is no longer there.
    this.touch();
    await this.commit();
    for (const stream of this.#streams.all()) {
      for (const { path } of this.#unreadable(stream)) await rm(path, { force: true });
    }
    const live = this.#streams.all().map((stream) => ({ stream, folder: this.#folderOf(stream) }));
    this.#directory.keepOnly(new Set(live.map(({ folder }) => folder)));
    const shards = live.flatMap(({ stream, folder }) => [...stream.shards].map(({ id }) => `${folder}/${id}`));
    await this.#keepOpenOnly(new Set(shards));
  }

  #unreadable(stream: Stream): RecordFile[] {
    const folder = this.#folderOf(stream);
    return this.#directory.shardsOf(folder).flatMap((shardId) => {
      const files = this.#directory.filesOf(folder, shardId);
      const log = stream.shard(shardId)?.log;
      return log ? files.filter((_file, i) => (files[i + 1]?.firstPosition ?? Infinity) <= log.firstPosition) : files;
    });
  }

  async #keepOpenOnly(keys: ReadonlySet<string>): Promise<void> {
    // A file that is being written to is let go of by a later sweep.
    if (this.#isRunning) return;
    for (const [key, { handle }] of this.#files) {
      if (keys.has(key)) continue;
      this.#files.delete(key);
      await handle.close();
    }
  }

  #folderOf({ name, createdAtMs }: Stream): string {
    return this.#directory.folderOf(name, createdAtMs);
  }

  /** Writes what is left and lets go of the files. */
  async close(): Promise<void> {
    await this.commit().catch(() => undefined);
    for (const { handle } of this.#files.values()) await handle.close();
    await (await this.#stateFile).close();
  }

  /** One round after the other while there is something to write. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    // What other calls of this turn add goes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiters.length > 0) {
      const waiters = this.#waiters;
      const records = [...this.#records.values()];
      const lines = this.#isStateDirty ? this.#stateLines() : [];
      this.#waiters = [];
      this.#records = new Map();
      this.#isStateDirty = false;
      try {
        await this.#write(lines, records);
        for (const { resolve } of waiters) resolve();
      } catch (error) {
        this.#failure = new Error('the data directory cannot be written', { cause: error });
        for (const { reject } of [...waiters, ...this.#waiters.splice(0)]) reject(this.#failure);
      }
    }
    this.#isRunning = false;
  }

  async #write(lines: readonly string[], records: readonly Waiting[]): Promise<void> {
    // First the shards, then what is in them.
    if (lines.length > 0) {
      const file = await this.#stateFile;
      await file.appendFile(`${lines.join('\n')}\n`);
      await file.datasync();
    }
    await Promise.all(records.map((waiting) => this.#writeRecords(waiting)));
  }

  async #writeRecords({ shard, folder, firstPosition, frames }: Waiting): Promise<void> {
    const key = `${folder}/${shard.id}`;
    let file = this.#files.get(key);
    if (!file || file.bytes >= FILE_BYTES) {
      await file?.handle.close();
      const path = this.#directory.newFile(folder, shard.id, firstPosition);
      file = { handle: await open(path, 'a'), bytes: 0 };
      this.#files.set(key, file);
      syncFolder(dirname(path));
    }
    const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
    await file.handle.writev(frames);
    await file.handle.datasync();
    file.bytes += bytes;
    shard.log.publish(firstPosition + frames.length);
    shard.announce();
  }

  /** Lines for what differs from what was written last. */
  #stateLines(): string[] {
    const lines: StateLine[] = [];
    const names = new Set<string>();
    const changed = (name: string, line: StateLine) => {
      const text = JSON.stringify(line);
      names.add(name);
      if (this.#written.get(name) === text) return;
      this.#written.set(name, text);
      lines.push(line);
    };
    for (const stream of this.#streams.all()) changed(`stream ${stream.name}`, { stream: saveStream(stream) });
    changed('account', { account: this.#account.state() });
    for (const name of this.#written.keys()) {
      if (names.has(name)) continue;
      this.#written.delete(name);
      lines.push({ deleted: name.slice('stream '.length) });
    }
    return lines.map((line) => JSON.stringify(line));
  }
}
