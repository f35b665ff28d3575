// Between the wire's JSON and the SDK's shapes: bytes are base64 there, times are seconds since 1970.
import type { _Record, PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import { ServiceError } from '../../service-error.js';
import { AsciiWriter, asciiString, asciiText } from './ascii-writer.js';
import type { BufferLease } from './buffer-pool.js';
import { scanPutRecords } from './scan-put-records.js';

type Json = Readonly<Record<string, unknown>>;

/** Members that are times, wherever they stand. */
const TIMES: ReadonlySet<string> = new Set(['Timestamp', 'StreamCreationTimestamp']);

/** Members that hold members of their own with bytes or times in them. */
const NESTED: ReadonlySet<string> = new Set(['ShardFilter', 'StartingPosition']);

/** Reads a request body into the input of an operation. */
export function parseInput(body: Buffer, operation?: string, lease?: BufferLease): Record<string, unknown> {
  const scanned = operation === 'PutRecords' ? scanPutRecords(body, lease) : undefined;
  if (scanned) return scanned;
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
export function renderOutput(output: unknown): string | Uint8Array {
  if (!isObject(output)) return '{}';
  const { Records: records, ...rest } = output;
  if (!Array.isArray(records) || records.length === 0) return JSON.stringify(output, times);
  const others = JSON.stringify(rest, times).slice(1, -1);
  const start = `{${asciiText(others)}${others && ','}"Records":[`;
  // GetRecords and fan-out events carry bytes; put results have error codes or sequence numbers.
  if (!(records[0].Data instanceof Uint8Array))
    return Buffer.from(`${start}${records.map(putResult).join(',')}]}`, 'latin1');
  const writer = new AsciiWriter(start.length + roomFor(records));
  writer.add(start);
  for (let i = 0; i < records.length; i += 1) {
    if (i > 0) writer.add(',');
    addRecord(writer, records[i]);
  }
  writer.add(']}');
  return writer.bytes();
}

function parseMembers(json: Json): Record<string, unknown> {
  const input: Record<string, unknown> = json;
  for (const member of Object.keys(input)) {
    const value = input[member];
    // A member that is null is one that is not there.
    if (value === null) delete input[member];
    else if (member === 'Data') input[member] = parseBytes(value);
    else if (member === 'Records' && Array.isArray(value)) for (const entry of value) parseEntry(entry);
    else if (TIMES.has(member) && typeof value === 'number') input[member] = new Date(value * 1_000);
    else if (NESTED.has(member) && isObject(value)) parseMembers(value);
  }
  return input;
}

function parseEntry(entry: unknown): void {
  if (!isObject(entry)) throw new ServiceError('SerializationException', "Each of 'Records' must be an object.");
  for (const member of Object.keys(entry)) if (entry[member] === null) delete entry[member];
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

/** Room for most replies with these records. */
function roomFor(records: readonly Partial<_Record>[]): number {
  const data = records.reduce((sum, record) => sum + (record.Data?.byteLength ?? 0), 0);
  return Math.ceil(data / 3) * 4 + records.length * 256 + 64;
}

function addRecord(writer: AsciiWriter, record: _Record): void {
  writer.add(
    `{"SequenceNumber":"${record.SequenceNumber}","ApproximateArrivalTimestamp":${record.ApproximateArrivalTimestamp!.getTime() / 1_000},"Data":"`,
  );
  const { buffer, byteOffset, byteLength } = record.Data!;
  const data = Buffer.isBuffer(record.Data) ? record.Data : Buffer.from(buffer, byteOffset, byteLength);
  writer.add(data.toString('base64'));
  const key = record.PartitionKey === undefined ? '"' : `","PartitionKey":${asciiString(record.PartitionKey)}`;
  writer.add(record.EncryptionType ? `${key},"EncryptionType":"${record.EncryptionType}"}` : `${key}}`);
}

function putResult(result: PutRecordsResultEntry): string {
  const { SequenceNumber, ShardId, ErrorCode } = result;
  if (ErrorCode !== undefined) return asciiText(JSON.stringify(result));
  return `{"SequenceNumber":"${SequenceNumber}","ShardId":"${ShardId}"}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
