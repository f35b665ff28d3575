// Reads objects of a failure bucket and messages of a failure queue. Fields that are not known are left alone, and a line
// that is no record costs only itself.
import { streamNameOf } from '../../../core/stream-arn.js';
import type { FailedEntry, FailedRange, FailureObject } from './failure-object.js';

/** Parses an object by its key, or a message, which has none. */
export function parseFailure(key: string | undefined, body: string): FailureObject {
  const [folder, functionName] = (key ?? '').split('/');
  if (folder === 'records' && functionName !== undefined) return parseLines(functionName, body);
  return parseLambdaRecord(body);
}

function parseLines(functionName: string, body: string): FailureObject {
  const entries: FailedEntry[] = [];
  const unreadable: string[] = [];
  for (const line of body.split('\n')) {
    if (line.trim() === '') continue;
    const entry = readEntry(parseJson(line));
    if (entry) entries.push(entry);
    else unreadable.push(line);
  }
  return { kind: 'records', functionName, entries, unreadable };
}

function readEntry(value: unknown): FailedEntry | undefined {
  const line = value as Partial<FailedEntry> | null | undefined;
  if (typeof line?.partitionKey !== 'string' || typeof line.data !== 'string') return undefined;
  const { shardId, sequenceNumber, subSequenceNumber, explicitHashKey, attempt } = line;
  return {
    shardId: text(shardId),
    sequenceNumber: text(sequenceNumber),
    ...(typeof subSequenceNumber === 'number' && { subSequenceNumber }),
    partitionKey: line.partitionKey,
    ...(typeof explicitHashKey === 'string' && { explicitHashKey }),
    arrivalTime: text(line.arrivalTime),
    errorType: text(line.errorType, 'Unknown'),
    reason: text(line.reason),
    ...(typeof attempt === 'number' && { attempt }),
    data: line.data,
  };
}

/** What Lambda writes, as far as it is read here. */
interface LambdaRecord {
  readonly requestContext?: { readonly functionArn?: string; readonly condition?: string };
  readonly responseContext?: { readonly functionError?: string };
  readonly KinesisBatchInfo?: {
    readonly shardId?: string;
    readonly startSequenceNumber?: string;
    readonly endSequenceNumber?: string;
    readonly approximateArrivalOfFirstRecord?: string;
    readonly batchSize?: number;
    readonly streamArn?: string;
  };
  readonly payload?: string;
}

interface EventRecord {
  readonly eventID?: string;
  readonly kinesis?: {
    readonly partitionKey?: string;
    readonly sequenceNumber?: string;
    readonly data?: string;
    readonly approximateArrivalTimestamp?: number;
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html */
function parseLambdaRecord(body: string): FailureObject {
  const record = parseJson(body) as LambdaRecord | null | undefined;
  const batch = record?.KinesisBatchInfo;
  if (!record || !batch) return { kind: 'unknown', reason: "it is neither a failed record nor Lambda's own" };
  // An ARN of a version or alias has more parts.
  const functionName = record.requestContext?.functionArn?.split(':')[6] ?? '';
  const condition = record.requestContext?.condition ?? record.responseContext?.functionError ?? 'Unknown';
  if (record.payload === undefined) return { kind: 'range', range: readRange(functionName, condition, batch) };
  const event = parseJson(record.payload) as { readonly Records?: readonly EventRecord[] } | null | undefined;
  if (!Array.isArray(event?.Records)) return { kind: 'unknown', reason: 'its payload is no event of Kinesis' };
  const reason = record.responseContext?.functionError ?? '';
  const entries = event.Records.map((item: EventRecord) => readEventRecord(item, condition, reason));
  return { kind: 'invocation', functionName, entries };
}

function readRange(
  functionName: string,
  condition: string,
  batch: NonNullable<LambdaRecord['KinesisBatchInfo']>,
): FailedRange {
  return {
    functionName,
    condition,
    streamName: streamNameOf(batch.streamArn ?? ''),
    shardId: text(batch.shardId),
    first: text(batch.startSequenceNumber),
    last: text(batch.endSequenceNumber),
    batchSize: batch.batchSize ?? 0,
    arrivalTime: text(batch.approximateArrivalOfFirstRecord),
  };
}

function readEventRecord({ eventID, kinesis }: EventRecord, errorType: string, reason: string): FailedEntry {
  return {
    shardId: text(eventID).split(':')[0] ?? '',
    sequenceNumber: text(kinesis?.sequenceNumber),
    partitionKey: text(kinesis?.partitionKey),
    arrivalTime: new Date((kinesis?.approximateArrivalTimestamp ?? 0) * 1_000).toISOString(),
    errorType,
    reason,
    data: text(kinesis?.data),
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function text(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise;
}
