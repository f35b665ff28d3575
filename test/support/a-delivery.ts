import { gunzipSync } from 'node:zlib';
import type { ObjectStore } from '../../local/services/ports.js';
import type { DeliveryModel } from '../../local/template/model.js';

/** A delivery of the test stream `readings`: 1 KiB or 60 s per object, plain, without a transform. */
export function aDelivery(more: Partial<DeliveryModel> = {}): DeliveryModel {
  return {
    logicalId: 'Delivery',
    path: 'Delivery',
    name: 'delivery',
    arn: 'arn:aws:firehose:us-east-1:000000000000:deliverystream/delivery',
    streamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/readings',
    bucket: 'objects',
    prefix: 'events/!{timestamp:yyyy/MM/dd/HH}/',
    errorPrefix: 'errors/!{firehose:error-output-type}/!{timestamp:yyyy}/',
    bufferBytes: 1024,
    bufferMs: 60_000,
    compression: 'UNCOMPRESSED',
    transform: undefined,
    partitionKeys: undefined,
    appendDelimiter: true,
    fileExtension: undefined,
    conversion: undefined,
    ...more,
  };
}

/** Objects in memory, with a switch that makes puts fail. */
export class MemoryObjects implements ObjectStore {
  readonly #objects = new Map<string, Buffer>();
  /** Thrown by every put while it is set. */
  fault: Error | undefined;

  async put(bucket: string, key: string, body: Uint8Array): Promise<void> {
    if (this.fault) throw this.fault;
    if (this.#objects.has(`${bucket}/${key}`)) throw new Error(`put twice: ${key}`);
    this.#objects.set(`${bucket}/${key}`, Buffer.from(body));
  }

  body(key: string): Buffer {
    return this.#objects.get(key)!;
  }

  keys(): string[] {
    return [...this.#objects.keys()];
  }

  /** Lines of every object whose path begins with `prefix`. */
  lines(prefix: string): string[] {
    const objects = [...this.#objects].filter(([key]) => key.startsWith(prefix));
    return objects.flatMap(([key, body]) => {
      const text = (key.endsWith('.gz') ? gunzipSync(body) : body).toString('utf8');
      return text.split('\n').filter((line) => line !== '');
    });
  }
}
