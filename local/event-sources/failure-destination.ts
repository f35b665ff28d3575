// What Lambda sends to an on-failure destination: metadata to a queue or topic, to a bucket the whole event with it.
import { randomUUID } from 'node:crypto';
import type { ObjectStore, QueueService, TopicService } from '../services/ports.js';
import type { StreamRecord } from './stream-record.js';

/** Why records were given up. */
export type DiscardCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded' | 'PayloadSizeExceeded';

export interface DiscardedBatch {
  readonly mappingUuid: string;
  readonly functionArn: string;
  readonly streamArn: string;
  readonly shardId: string;
  readonly records: readonly StreamRecord[];
  readonly condition: DiscardCondition;
  readonly invokeCount: number;
  /** The last request, undefined when the function was never invoked. */
  readonly requestId: string | undefined;
  readonly functionError: string | undefined;
  readonly event: unknown;
  readonly atMs: number;
}

export interface DestinationPorts {
  readonly objects: ObjectStore;
  readonly queues: QueueService;
  readonly topics: TopicService;
}

/** Puts a batch that was given up where the mapping wants it. */
export async function putFailure(
  ports: DestinationPorts,
  destinationArn: string,
  batch: DiscardedBatch,
): Promise<void> {
  const service = destinationArn.split(':')[2];
  const metadata = renderMetadata(batch);
  if (service === 'sqs') return ports.queues.send(destinationArn, JSON.stringify(metadata));
  if (service === 'sns') return ports.topics.publish(destinationArn, { body: JSON.stringify(metadata) });
  const bucket = destinationArn.split(':::')[1] ?? '';
  const body = JSON.stringify({ ...metadata, payload: JSON.stringify(batch.event) });
  return ports.objects.put(bucket, objectKey(batch, randomUUID()), Buffer.from(body));
}

/** `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<uuid>` */
export function objectKey({ mappingUuid, shardId, atMs }: DiscardedBatch, uuid: string): string {
  const time = new Date(atMs).toISOString().slice(0, 19);
  const day = time.slice(0, 10).replaceAll('-', '/');
  return `aws/lambda/${mappingUuid}/${shardId}/${day}/${time.replaceAll(':', '.')}-${uuid}`;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html */
export function renderMetadata(batch: DiscardedBatch) {
  const { records, requestId, functionArn, functionError, shardId, streamArn } = batch;
  const [first] = records;
  const last = records.at(-1);
  return {
    requestContext: {
      requestId: requestId ?? randomUUID(),
      functionArn,
      condition: batch.condition,
      approximateInvokeCount: batch.invokeCount,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', ...(functionError ? { functionError } : {}) },
    version: '1.0',
    timestamp: new Date(batch.atMs).toISOString(),
    KinesisBatchInfo: {
      shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: first && new Date(first.arrivalMs).toISOString(),
      approximateArrivalOfLastRecord: last && new Date(last.arrivalMs).toISOString(),
      batchSize: records.length,
      streamArn,
    },
  };
}
