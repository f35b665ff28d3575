// Writes what happens in a disturbed lab to its log, as small as a verdict allows: copies are numbered as they come.
import type { WriteStream } from 'node:fs';
import type { ChaosEvent } from '../../local/faults/chaos-log.js';
import type { ChaosObserver, StoredRecord } from '../../local/faults/chaos-observer.js';
import type { Fault } from '../../local/faults/mishap.js';
import type { InvocationResult } from '../../local/services/lambda/invoker.js';

interface Event {
  readonly Records: readonly { readonly kinesis: { readonly sequenceNumber: string; readonly data: string } }[];
}

interface Seen {
  readonly copy: number;
  /** Key and number. */
  readonly record: string;
}

export class ChaosRecorder implements ChaosObserver {
  readonly #log: WriteStream;
  /** By sequence number. A reader may see a record before the put that stored it is through with the other shards. */
  readonly #copies = new Map<string, Seen>();
  /** Sequence numbers of each invocation that is under way. */
  readonly #batches = new Map<string, readonly string[]>();

  constructor(log: WriteStream) {
    this.#log = log;
  }

  write(event: ChaosEvent): void {
    this.#log.write(`${JSON.stringify(event)}\n`);
  }

  fault(fault: Fault): void {
    this.write({ e: 'fault', ...fault });
  }

  stored({ ordinal }: { readonly ordinal: number }, records: readonly StoredRecord[]): void {
    if (records.length === 0) return;
    const copies = records.flatMap(({ data, shardId, sequenceNumber }) => {
      const { copy, record } = this.#see(sequenceNumber, recordIn(Buffer.from(data)));
      return [copy, ...record.split(' ').map(Number), Number(shardId.slice(shardId.indexOf('-') + 1))];
    });
    this.write({ e: 'stored', request: ordinal, copies });
  }

  delivered({ functionName, ordinal }: { readonly functionName: string; readonly ordinal: number }, event: unknown) {
    const records = (event as Event).Records.map(({ kinesis }) => kinesis);
    this.#batches.set(
      `${functionName}/${ordinal}`,
      records.map(({ sequenceNumber }) => sequenceNumber),
    );
    const copies = records.map(
      ({ sequenceNumber, data }) => this.#see(sequenceNumber, recordIn(Buffer.from(data, 'base64'))).copy,
    );
    this.write({ e: 'delivered', consumer: functionName, invocation: ordinal, copies });
  }

  answered(
    { functionName, ordinal }: { readonly functionName: string; readonly ordinal: number },
    result: InvocationResult,
  ): void {
    const name = `${functionName}/${ordinal}`;
    const numbers = this.#batches.get(name) ?? [];
    this.#batches.delete(name);
    if (result.kind === 'throttled') return;
    const passed = result.kind === 'success' ? countPassed(result.payload, numbers) : 0;
    const { requestId } = result;
    this.write({ e: 'answered', consumer: functionName, invocation: ordinal, requestId, passed });
  }

  objectPut(_bucket: string, key: string, body: Uint8Array): void {
    const [kind, consumer = '', requestId = ''] = key.split('/');
    if (kind !== 'effects') return;
    const lines = Buffer.from(body).toString('utf8').split('\n');
    const copies = lines.map((line) => {
      const at = line.indexOf(' ');
      const stored = this.#copies.get(line.slice(0, at));
      // What the consumer saw must be what it was given.
      return stored?.record === line.slice(at + 1) ? stored.copy : -1;
    });
    this.write({ e: 'effect', consumer, requestId, copies });
  }

  #see(sequenceNumber: string, record: string): Seen {
    const seen = this.#copies.get(sequenceNumber) ?? { copy: this.#copies.size, record };
    this.#copies.set(sequenceNumber, seen);
    // Another record under the same number is none that was stored.
    return seen.record === record ? seen : { copy: -1, record };
  }
}

function countPassed(payload: unknown, numbers: readonly string[]): number {
  const { batchItemFailures = [] } = (payload ?? {}) as {
    readonly batchItemFailures?: readonly { readonly itemIdentifier: string }[];
  };
  const failed = batchItemFailures.map(({ itemIdentifier }) => numbers.indexOf(itemIdentifier)).filter((at) => at >= 0);
  return Math.min(numbers.length, ...failed);
}

/** Key and number of a record, without what pads it. */
function recordIn(data: Buffer): string {
  const [key, number] = data.toString('utf8').split(' ');
  return `${key} ${number}`;
}
