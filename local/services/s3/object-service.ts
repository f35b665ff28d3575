// The lab's S3: one folder per bucket, one file per object, so that a user reads results with ordinary tools.
import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../../clock.js';
import { ServiceError } from '../../service-error.js';
import type { Endpoint, ServiceGate } from '../http-endpoint.js';
import { listenOnLoopback } from '../http-endpoint.js';
import type { Authorize, ObjectStore } from '../ports.js';
import { locateObject } from './object-path.js';
import { answerS3 } from './s3-protocol.js';

/** Called after an object has been stored. */
export type PutListener = (bucket: string, key: string, body: Uint8Array) => void;

export interface ObjectServiceOptions {
  /** Folder of the lab; objects go to `<directory>/buckets/<bucket>/<key>`. */
  readonly directory: string;
  /** Names of the buckets that exist. */
  readonly buckets: readonly string[];
  readonly clock: Clock;
  /**
   * Judges calls from outside.
   *
   * @default - everything is allowed
   */
  readonly authorize?: Authorize | undefined;
}

/** An object's place in a listing. */
export interface ObjectSummary {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

export interface StoredObject extends ObjectSummary {
  readonly body: Buffer;
  readonly etag: string;
}

export class ObjectService implements ObjectStore {
  readonly #root: string;
  readonly #buckets: ReadonlySet<string>;
  readonly #clock: Clock;
  readonly authorize: Authorize | undefined;
  readonly #listeners: PutListener[] = [];

  constructor(options: ObjectServiceOptions) {
    this.#root = join(options.directory, 'buckets');
    this.#buckets = new Set(options.buckets);
    this.#clock = options.clock;
    this.authorize = options.authorize;
  }

  /** Serves the S3 API for path-style requests. */
  async listen(gate?: ServiceGate): Promise<Endpoint> {
    for (const bucket of this.#buckets) await mkdir(join(this.#root, bucket), { recursive: true });
    return listenOnLoopback(this.#clock, (request) => answerS3(this, request), gate);
  }

  /** Tells `listener` of every object stored from now on, whoever puts it. */
  onPut(listener: PutListener): void {
    this.#listeners.push(listener);
  }

  /** Folder of a bucket. */
  locateBucket(bucket: string): string {
    if (this.#buckets.has(bucket)) return join(this.#root, bucket);
    throw new ServiceError('NoSuchBucket', `The specified bucket does not exist: '${bucket}'`, 404);
  }

  /** Stores an object whole or not at all; with `ifAbsent` only where there is none. */
  async put(bucket: string, key: string, body: Uint8Array, options: { ifAbsent?: boolean } = {}): Promise<void> {
    const file = locateObject(this.locateBucket(bucket), key);
    const temporary = join(this.#root, '.incoming', randomUUID());
    await mkdir(dirname(temporary), { recursive: true });
    await writeFile(temporary, body);
    const seconds = this.#clock.nowMs() / 1000;
    await utimes(temporary, seconds, seconds);
    try {
      await mkdir(dirname(file), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
        throw ['EEXIST', 'ENOTDIR'].includes(error.code ?? '') ? refuseBoth(key) : error;
      });
      await (options.ifAbsent ? link(temporary, file) : rename(temporary, file));
    } catch (error) {
      throw explain(error, key);
    } finally {
      await rm(temporary, { force: true });
    }
    for (const listener of this.#listeners) listener(bucket, key, body);
  }

  async get(bucket: string, key: string): Promise<StoredObject> {
    const file = locateObject(this.locateBucket(bucket), key);
    try {
      const [body, { mtimeMs }] = await Promise.all([readFile(file), stat(file)]);
      return { key, body, bytes: body.length, modifiedMs: mtimeMs, etag: renderEtag(body) };
    } catch {
      throw new ServiceError('NoSuchKey', `The specified key does not exist: '${key}'`, 404);
    }
  }

  /** Objects of a bucket whose key begins with `prefix`, in the order of their keys' bytes. */
  async list(bucket: string, prefix = ''): Promise<ObjectSummary[]> {
    const folder = this.locateBucket(bucket);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    const keys = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .filter((key) => key.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return Promise.all(
      keys.map(async (key) => {
        const { size, mtimeMs } = await stat(join(folder, key));
        return { key, bytes: size, modifiedMs: mtimeMs };
      }),
    );
  }

  async delete(bucket: string, key: string): Promise<void> {
    const file = locateObject(this.locateBucket(bucket), key);
    await rm(file, { force: true });
  }
}

/** An object's entity tag: its MD5 in quotes. */
export function renderEtag(body: Uint8Array): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

function explain(error: unknown, key: string): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'EEXIST') {
    return new ServiceError(
      'PreconditionFailed',
      `At least one of the pre-conditions did not hold: '${key}' exists`,
      412,
    );
  }
  return ['EISDIR', 'ENOTEMPTY'].includes(code) ? refuseBoth(key) : error;
}

function refuseBoth(key: string): ServiceError {
  return new ServiceError(
    'InvalidArgument',
    `object key must not be both an object and a folder in the lab, got '${key}'`,
  );
}
