// A failure bucket and a failure queue in memory.
import type { FailureBucket, FailureQueue } from '../../runtime/replay/failures/ports.js';

export function aBucket(objects: Readonly<Record<string, string>>): FailureBucket & { objects: Map<string, string> } {
  const kept = new Map(Object.entries(objects));
  const modified = new Map<string, number>();
  let writes = 0;
  return {
    objects: kept,
    close: () => undefined,
    async *list(prefix) {
      for (const [key, body] of [...kept]) {
        if (key.startsWith(prefix)) yield { key, bytes: body.length, modifiedMs: 0 };
      }
    },
    get: async (key) => ({ body: kept.get(key) ?? '', modifiedMs: modified.get(key) ?? 0 }),
    async put(key, body) {
      writes += 1;
      modified.set(key, writes);
      kept.set(key, body);
    },
    remove: async (key) => void kept.delete(key),
  };
}

export function aQueue(bodies: readonly string[]): FailureQueue & { left: Map<string, string> } {
  const left = new Map(bodies.map((body, i) => [String(i), body]));
  const hidden = new Set<string>();
  return {
    left,
    close: () => undefined,
    async receive() {
      const seen = [...left].filter(([receipt]) => !hidden.has(receipt)).slice(0, 10);
      for (const [receipt] of seen) hidden.add(receipt);
      return seen.map(([receipt, body]) => ({ receipt, body }));
    },
    remove: async (receipt) => void left.delete(receipt),
  };
}

/** A line of the failure store. */
export function aLine(sequenceNumber: string, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    ...{ shardId: 'shardId-000000000000', sequenceNumber, partitionKey: 'k', arrivalTime: '2026-11-20T10:00:00.000Z' },
    ...{
      errorType: 'InvalidEvent',
      reason: "'id' must be a string",
      data: Buffer.from(`r${sequenceNumber}`).toString('base64'),
    },
    ...more,
  });
}

/** Metadata of a batch that Lambda gave up; with `records`, as it goes to a bucket. */
export function aLambdaRecord(first: string, last: string, batchSize: number, records?: readonly unknown[]): string {
  return JSON.stringify({
    requestContext: {
      requestId: 'c9b8fa9f',
      functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:billing',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 3,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: '2026-11-20T11:00:00.000Z',
    KinesisBatchInfo: {
      shardId: 'shardId-000000000000',
      startSequenceNumber: first,
      endSequenceNumber: last,
      approximateArrivalOfFirstRecord: '2026-11-20T10:00:00.000Z',
      approximateArrivalOfLastRecord: '2026-11-20T10:00:01.000Z',
      batchSize,
      streamArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/orders',
    },
    ...(records && { payload: JSON.stringify({ Records: records }) }),
  });
}

/** A record of an event. */
export function anEventRecord(sequenceNumber: string, data: Uint8Array, partitionKey = 'k') {
  return {
    kinesis: {
      ...{ kinesisSchemaVersion: '1.0', partitionKey, sequenceNumber, approximateArrivalTimestamp: 1_763_632_800 },
      data: Buffer.from(data).toString('base64'),
    },
    eventID: `shardId-000000000000:${sequenceNumber}`,
  };
}
