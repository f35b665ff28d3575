// One batch through a transform function: Firehose's event, its retries, and what its reply means for each record.
// https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { FunctionInvoker, InvocationResult } from '../services/lambda/invoker.js';
import type { DeliveryModel } from '../template/model.js';
import type { ReportMetric } from './delivery-metrics.js';
import type { DeliveryRecord, Failure } from './delivery-record.js';

/** Lab time between two attempts. */
const RETRY_MS = 1_000;

/** What became of one record. */
export type TransformOutcome =
  | { readonly kind: 'ok'; readonly record: DeliveryRecord; readonly data: Uint8Array }
  | { readonly kind: 'dropped'; readonly record: DeliveryRecord }
  | { readonly kind: 'failed'; readonly record: DeliveryRecord; readonly failure: Failure };

export interface TransformContext {
  readonly delivery: DeliveryModel;
  readonly transform: NonNullable<DeliveryModel['transform']>;
  readonly functions: FunctionInvoker;
  readonly clock: Clock;
  readonly report: ReportMetric;
}

interface ReplyRecord {
  readonly recordId?: unknown;
  readonly result?: unknown;
  readonly data?: unknown;
}

/** Transforms a batch of one shard; every record comes back once, in order. */
export async function transformBatch(
  context: TransformContext,
  records: readonly DeliveryRecord[],
): Promise<TransformOutcome[]> {
  const { transform, clock, report } = context;
  const event = renderEvent(context.delivery, records);
  let reason = { errorCode: 'Lambda.FunctionError', errorMessage: '' };
  let attempts = 0;
  while (attempts <= transform.retries) {
    const startMs = clock.nowMs();
    const result = await context.functions.invoke(transform.functionArn, event);
    // No concurrency was free: the function has not run, so no attempt is used up.
    if (result.kind !== 'throttled') attempts += 1;
    const replies = result.kind === 'success' ? readReply(result.payload) : undefined;
    report('ExecuteProcessing.Success', replies ? 1 : 0);
    report('ExecuteProcessing.Duration', clock.nowMs() - startMs);
    if (replies) return settle(context, records, replies, attempts);
    reason = explain(result);
    if (attempts <= transform.retries) await clock.sleep(RETRY_MS);
  }
  return records.map((record) => fail(context, record, { ...reason, attempts }));
}

function renderEvent(delivery: DeliveryModel, records: readonly DeliveryRecord[]) {
  return {
    invocationId: randomUUID(),
    deliveryStreamArn: delivery.arn,
    sourceKinesisStreamArn: delivery.streamArn,
    region: delivery.arn.split(':')[3],
    records: records.map((record) => ({
      recordId: recordIdOf(record),
      approximateArrivalTimestamp: record.arrivalMs,
      data: Buffer.from(record.data).toString('base64'),
      kinesisRecordMetadata: {
        sequenceNumber: record.sequenceNumber,
        subsequenceNumber: record.subSequenceNumber ?? 0,
        partitionKey: record.partitionKey,
        shardId: record.shardId,
        approximateArrivalTimestamp: record.arrivalMs,
      },
    })),
  };
}

function recordIdOf({ shardId, sequenceNumber, subSequenceNumber }: DeliveryRecord): string {
  const whole = `${shardId}${sequenceNumber}`;
  return subSequenceNumber === undefined ? whole : `${whole}.${subSequenceNumber}`;
}

/** The reply's records by id; undefined when it is not a reply at all. */
function readReply(payload: unknown): ReadonlyMap<unknown, readonly ReplyRecord[]> | undefined {
  const records = (payload as { readonly records?: unknown } | null | undefined)?.records;
  if (!Array.isArray(records)) return undefined;
  const byId = new Map<unknown, ReplyRecord[]>();
  for (const record of records as readonly (ReplyRecord | null)[]) {
    byId.set(record?.recordId, [...(byId.get(record?.recordId) ?? []), record ?? {}]);
  }
  return byId;
}

function settle(
  context: TransformContext,
  records: readonly DeliveryRecord[],
  replies: ReadonlyMap<unknown, readonly ReplyRecord[]>,
  attempts: number,
): TransformOutcome[] {
  return records.map((record) => {
    const [reply, again] = replies.get(recordIdOf(record)) ?? [];
    const failed = (errorCode: string, errorMessage: string) =>
      fail(context, record, { errorCode, errorMessage, attempts });
    if (!reply) return failed('Lambda.MissingRecordId', 'One or more record Ids were not returned.');
    if (again) return failed('Lambda.DuplicatedRecordId', 'Multiple records were returned with the same record ID.');
    if (reply.result === 'Dropped') return { kind: 'dropped', record };
    if (reply.result === 'ProcessingFailed') {
      return failed('Lambda.ProcessingFailedStatus', 'ProcessingFailed status set for record');
    }
    if (reply.result !== 'Ok' || typeof reply.data !== 'string') {
      return failed(
        'Lambda.InvalidReturnFormat',
        "The record's result must be Ok, Dropped or ProcessingFailed, with data.",
      );
    }
    return { kind: 'ok', record, data: Buffer.from(reply.data, 'base64') };
  });
}

function explain(result: InvocationResult): { errorCode: string; errorMessage: string } {
  if (result.kind === 'success') {
    return { errorCode: 'Lambda.InvalidReturnFormat', errorMessage: 'The function returned no list of records.' };
  }
  if (result.kind === 'throttled') {
    return { errorCode: 'Lambda.InvokeLimitExceeded', errorMessage: 'No concurrency was free.' };
  }
  const timedOut = /Task timed out/.test(result.errorMessage);
  const errorCode = timedOut ? 'Lambda.FunctionTimedOut' : 'Lambda.FunctionError';
  return { errorCode, errorMessage: `${result.errorType}: ${result.errorMessage}` };
}

function fail(
  { transform, clock }: TransformContext,
  record: DeliveryRecord,
  reason: Pick<Failure, 'errorCode' | 'errorMessage' | 'attempts'>,
): TransformOutcome {
  const failure: Failure = {
    ...reason,
    outputType: 'processing-failed',
    atMs: clock.nowMs(),
    lambdaArn: transform.functionArn,
  };
  return { kind: 'failed', record, failure };
}
