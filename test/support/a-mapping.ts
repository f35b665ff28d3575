import type { EventRecord } from '../../core/records/event-record.js';
import type { StreamRecord } from '../../local/event-sources/stream-record.js';
import type { InvocationResult } from '../../local/services/lambda/invoker.js';
import type { EventSourceMappingModel } from '../../local/template/model.js';
import { STREAM } from './an-engine.js';

/** A mapping of the stream of `anEngine`, with the defaults of the service and partial batch responses. */
export function aMapping(overrides: Partial<EventSourceMappingModel> = {}): EventSourceMappingModel {
  return {
    logicalId: 'Mapping',
    path: 'Alert/Mapping',
    uuid: '11111111-2222-4333-8444-555555555555',
    functionName: 'fn',
    eventSourceArn: `arn:aws:kinesis:us-east-1:000000000000:stream/${STREAM}`,
    startingPosition: 'TRIM_HORIZON',
    startingTimestampMs: undefined,
    batchSize: 100,
    batchingWindowMs: 0,
    parallelizationFactor: 1,
    bisectOnError: false,
    maximumRetryAttempts: -1,
    maximumRecordAgeSeconds: -1,
    tumblingWindowMs: 0,
    filters: [],
    reportBatchItemFailures: true,
    onFailureArn: undefined,
    countEvents: true,
    ...overrides,
  };
}

/** A record as a mapping reads it; `number` is its sequence number. */
export function aStreamRecord(number: number, overrides: Partial<StreamRecord> = {}): StreamRecord {
  return {
    shardId: 'shardId-000000000000',
    sequenceNumber: String(number),
    partitionKey: 'key',
    data: Buffer.from(`record ${number}`),
    arrivalMs: number,
    readMs: number,
    ...overrides,
  };
}

export interface StreamEvent {
  readonly Records: readonly EventRecord[];
  readonly window?: { readonly start: string; readonly end: string };
  readonly state?: unknown;
  readonly isFinalInvokeForWindow?: boolean;
  readonly isWindowTerminatedEarly?: boolean;
}

/** The texts of an event's records. */
export function textsIn(event: StreamEvent): string[] {
  return event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString('utf8'));
}

/** An invocation that answered. */
export function answered(payload: unknown = null): InvocationResult {
  return { kind: 'success', payload, requestId: 'request' };
}

/** An invocation that threw. */
export function threw(): InvocationResult {
  return { kind: 'failure', functionError: 'Unhandled', errorType: 'Error', errorMessage: 'bad', requestId: 'request' };
}

/** An answer that reports records as failed. */
export function reported(...sequenceNumbers: unknown[]): InvocationResult {
  return answered({ batchItemFailures: sequenceNumbers.map((itemIdentifier) => ({ itemIdentifier })) });
}
