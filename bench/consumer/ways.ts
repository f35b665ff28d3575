// The ways to consume a batch that the bench compares. All of them decode, parse and hand over each user record.
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { decodeRecord } from '../../core/records/aggregated/decode-record.js';
import { createConsumer, type KinesisBatch, type MarkPort } from '../../runtime/consumer/index.js';

/** A way to consume a batch. */
export type Way = 'bare' | 'consumer' | 'marked' | 'schema' | 'powertools';

const SCHEMA = z.object({ id: z.number(), type: z.string(), value: z.number(), note: z.string() });

/** What is done with a record: too little to be seen, and enough not to be optimized away. */
let sum = 0;
function effect(record: unknown): void {
  sum += (record as { readonly id: number }).id;
}

/** What all ways have consumed, so that none can leave a record out. */
export function takeSum(): number {
  const taken = sum;
  sum = 0;
  return taken;
}

const failureStore = async () => {};
const marks: MarkPort = { readMark: async () => undefined, writeMark: async () => {} };
const functionName = 'bench';
const plain = createConsumer({ functionName, failureStore, handle: effect });
const marked = createConsumer({ functionName, failureStore, mark: marks, handle: effect });
const checked = createConsumer({ functionName, failureStore, schema: SCHEMA, handle: effect });
const processor = new BatchProcessor(EventType.KinesisDataStreams);

export const WAYS: Readonly<Record<Way, (batch: KinesisBatch) => Promise<unknown>>> = {
  async bare({ Records }) {
    for (const { kinesis } of Records) consumeBare(kinesis.data);
  },
  consumer: plain,
  marked,
  schema: checked,
  powertools: (batch) =>
    processPartialResponse(
      batch as unknown as KinesisStreamEvent,
      async ({ kinesis }: KinesisStreamRecord) => consumeBare(kinesis.data),
      processor,
      { context: {} as Context },
    ),
};

function consumeBare(data: string): void {
  const bytes = Buffer.from(data, 'base64');
  const decoded = decodeRecord(bytes);
  if (decoded.kind === 'plain') {
    effect(JSON.parse(bytes.toString('utf8')));
    return;
  }
  for (const { data: inner } of decoded.records) {
    effect(JSON.parse(Buffer.from(inner.buffer, inner.byteOffset, inner.byteLength).toString('utf8')));
  }
}
