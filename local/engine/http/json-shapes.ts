// Between the wire's JSON and the SDK's shapes: bytes are base64 there, times are seconds since 1970.
import type { _Record } from '@aws-sdk/client-kinesis';
import { ServiceError } from '../../service-error.js';

type Json = Readonly<Record<string, unknown>>;

/** Members that are times, wherever they stand. */
const TIMES: ReadonlySet<string> = new Set(['Timestamp', 'StreamCreationTimestamp']);

/** Members that hold members of their own with bytes or times in them. */
const NESTED: ReadonlySet<string> = new Set(['ShardFilter', 'StartingPosition']);

/** Reads a request body into the input of an operation. */
export function parseInput(body: Buffer): Record<string, unknown> {
  let json: unknown;
  try {
    json = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not valid JSON.');
  }
  if (!isObject(json)) throw new ServiceError('SerializationException', 'The request body must be a JSON object.');
  return parseMembers(json);
}

/** Renders the output of an operation. */
export function renderOutput(output: unknown): string {
  if (!isObject(output)) return '{}';
  // Only GetRecords and fan-out events carry bytes; put results have error codes or sequence numbers, no Data.
  const { Records: records, ...rest } = output;
  if (!Array.isArray(records) || !(records[0]?.Data instanceof Uint8Array)) return JSON.stringify(output, times);
  const others = JSON.stringify(rest, times).slice(1, -1);
  return `{${others}${others && ','}"Records":[${records.map(renderRecord).join(',')}]}`;
}

function parseMembers(json: Json): Record<string, unknown> {
  const input: Record<string, unknown> = json;
  for (const member of Object.keys(input)) {
    const value = input[member];
    if (member === 'Data') input[member] = parseBytes(value);
    else if (member === 'Records' && Array.isArray(value)) for (const entry of value) parseEntry(entry);
    else if (TIMES.has(member) && typeof value === 'number') input[member] = new Date(value * 1_000);
    else if (NESTED.has(member) && isObject(value)) parseMembers(value);
  }
  return input;
}

function parseEntry(entry: unknown): void {
  if (!isObject(entry)) throw new ServiceError('SerializationException', "Each of 'Records' must be an object.");
  entry.Data = parseBytes(entry.Data);
}

function parseBytes(value: unknown): Uint8Array | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new ServiceError('SerializationException', `'Data' must be base64 text.`);
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length === decodedLength(value)) return bytes;
  throw new ServiceError('SerializationException', `'Data' must be base64 text.`);
}

/** Bytes that well-formed base64 of this length and padding decodes to. */
function decodedLength(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.floor(((text.length - padding) * 3) / 4);
}

/** JSON.stringify has called toJSON by the time a replacer sees a value, so this looks at its holder. */
function times(this: unknown, key: string, value: unknown): unknown {
  const original = key === '' ? value : (this as Json)[key];
  return original instanceof Date ? original.getTime() / 1_000 : value;
}

function renderRecord(record: _Record): string {
  const data = record.Data as Buffer;
  const key = record.PartitionKey === undefined ? '' : `,"PartitionKey":${JSON.stringify(record.PartitionKey)}`;
  const encryption = record.EncryptionType ? `,"EncryptionType":"${record.EncryptionType}"` : '';
  return `{"SequenceNumber":"${record.SequenceNumber}","ApproximateArrivalTimestamp":${record.ApproximateArrivalTimestamp!.getTime() / 1_000},"Data":"${data.toString('base64')}"${key}${encryption}}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
