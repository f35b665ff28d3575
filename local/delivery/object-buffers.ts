// Records gathered into objects: one open buffer per prefix, put when it is large or old enough.
import type { Clock } from '../clock.js';
import { ServiceError } from '../service-error.js';
import type { ObjectStore } from '../services/ports.js';
import type { DeliveryRecord } from './delivery-record.js';

/** Records of one object to be. */
export interface ObjectBuffer {
  /** What sets this buffer apart from others, and what its key is made from. */
  readonly group: string;
  readonly openedMs: number;
  readonly records: DeliveryRecord[];
  readonly chunks: Uint8Array[];
  oldestArrivalMs: number;
  bytes: number;
  /** Set at the first put: one that is tried again goes to the same place. */
  key: string | undefined;
}

export interface ObjectBuffersOptions {
  readonly bucket: string;
  readonly bufferBytes: number;
  readonly bufferMs: number;
  /** Makes the object of the bodies that were added. */
  readonly render: (chunks: readonly Uint8Array[]) => Promise<Uint8Array>;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  /** Key of the object that a buffer becomes. */
  readonly keyOf: (buffer: ObjectBuffer) => string;
  /** Called when the object stands in the bucket. */
  readonly onDelivered: (buffer: ObjectBuffer) => void;
  /** Called when the bucket refuses the object for good, and its records must go elsewhere. */
  readonly onRefused: (buffer: ObjectBuffer, error: ServiceError) => Promise<void>;
  /** Called when a put failed and is tried again. */
  readonly onFailed: (error: unknown) => void;
}

export class ObjectBuffers {
  readonly #options: ObjectBuffersOptions;
  readonly #open = new Map<string, ObjectBuffer>();
  /** Buffers that are full or due, and not in the bucket yet. */
  readonly #closed = new Set<ObjectBuffer>();
  readonly #putting = new Map<ObjectBuffer, Promise<void>>();

  constructor(options: ObjectBuffersOptions) {
    this.#options = options;
  }

  /** Groups with an open buffer. */
  get groups(): number {
    return this.#open.size;
  }

  has(group: string): boolean {
    return this.#open.has(group);
  }

  /** Arrival of the oldest record that is not in the bucket yet. */
  oldestArrivalMs(): number | undefined {
    const arrivals = [...this.#open.values(), ...this.#closed].map((buffer) => buffer.oldestArrivalMs);
    return arrivals.length === 0 ? undefined : Math.min(...arrivals);
  }

  /** Adds a record as `body`; puts the object when that fills it. */
  async add(group: string, record: DeliveryRecord, body: Uint8Array): Promise<void> {
    const { clock, bufferBytes } = this.#options;
    let buffer = this.#open.get(group);
    if (buffer && buffer.bytes + body.length > bufferBytes) {
      await this.#close(buffer);
      buffer = this.#open.get(group);
    }
    if (!buffer) {
      const openedMs = clock.nowMs();
      buffer = {
        group,
        openedMs,
        records: [],
        chunks: [],
        oldestArrivalMs: record.arrivalMs,
        bytes: 0,
        key: undefined,
      };
      this.#open.set(group, buffer);
    }
    buffer.records.push(record);
    buffer.chunks.push(body);
    buffer.oldestArrivalMs = Math.min(buffer.oldestArrivalMs, record.arrivalMs);
    buffer.bytes += body.length;
    if (buffer.bytes >= bufferBytes) await this.#close(buffer);
  }

  /** Puts what is due, and tries again what failed. */
  async putDue(): Promise<void> {
    const nowMs = this.#options.clock.nowMs();
    for (const buffer of [...this.#closed]) await this.#put(buffer);
    for (const buffer of [...this.#open.values()]) {
      if (nowMs - buffer.openedMs >= this.#options.bufferMs) await this.#close(buffer);
    }
  }

  /** Puts everything, due or not. */
  async putAll(): Promise<void> {
    for (const buffer of [...this.#closed]) await this.#put(buffer);
    for (const buffer of [...this.#open.values()]) await this.#close(buffer);
  }

  async #close(buffer: ObjectBuffer): Promise<void> {
    if (this.#open.get(buffer.group) !== buffer) return;
    this.#open.delete(buffer.group);
    this.#closed.add(buffer);
    await this.#put(buffer);
  }

  #put(buffer: ObjectBuffer): Promise<void> {
    const under = this.#putting.get(buffer) ?? this.#putOnce(buffer).finally(() => this.#putting.delete(buffer));
    this.#putting.set(buffer, under);
    return under;
  }

  async #putOnce(buffer: ObjectBuffer): Promise<void> {
    const { bucket, render, objects, keyOf, onDelivered, onRefused, onFailed } = this.#options;
    try {
      buffer.key ??= keyOf(buffer);
      await objects.put(bucket, buffer.key, await render(buffer.chunks));
    } catch (error) {
      onFailed(error);
      if (!(error instanceof ServiceError) || error.status >= 500) return;
      await onRefused(buffer, error);
      this.#closed.delete(buffer);
      return;
    }
    this.#closed.delete(buffer);
    onDelivered(buffer);
  }
}
