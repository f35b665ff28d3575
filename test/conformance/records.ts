// Writing and reading as rules do it, gently enough for a shard's five calls a second.
import type { _Record, GetRecordsCommandOutput, ShardIteratorType } from '@aws-sdk/client-kinesis';
import type { Subject, TestStream } from './subject.js';

export const FIRST_SHARD = 'shardId-000000000000';

/** Where an iterator starts. */
export interface From {
  readonly ShardIteratorType: ShardIteratorType;
  readonly StartingSequenceNumber?: string;
  readonly Timestamp?: Date;
}

const TRIM_HORIZON: From = { ShardIteratorType: 'TRIM_HORIZON' };

export function textOf(record: _Record): string {
  return Buffer.from(record.Data!).toString('utf8');
}

/** Puts one record and returns its sequence number. */
export async function putText(subject: Subject, stream: TestStream, text: string, key = 'k'): Promise<string> {
  const Data = Buffer.from(text);
  const put = await subject.client.putRecord({ StreamName: stream.name, Data, PartitionKey: key });
  return put.SequenceNumber!;
}

/** Entries with these many bytes of data each, all of one key. */
export function entries(count: number, bytes: number) {
  const Data = Buffer.alloc(bytes, 'x');
  return Array.from({ length: count }, () => ({ Data, PartitionKey: 'k' }));
}

export async function iterator(
  subject: Subject,
  stream: TestStream,
  from: From = TRIM_HORIZON,
  ShardId = FIRST_SHARD,
): Promise<string> {
  const { ShardIterator } = await subject.client.getShardIterator({ StreamName: stream.name, ShardId, ...from });
  return ShardIterator!;
}

/** One GetRecords, a little after whatever came before. */
export async function page(subject: Subject, ShardIterator: string, Limit?: number): Promise<GetRecordsCommandOutput> {
  await subject.sleep(260);
  return subject.client.getRecords({ ShardIterator, ...(Limit !== undefined && { Limit }) });
}

/** Everything from an iterator until its reader is up to date or the shard ends; keeps on for a while when `atLeast` asks. */
export async function read(subject: Subject, from: string, atLeast = 0): Promise<_Record[]> {
  const records: _Record[] = [];
  let idle = 0;
  for (let at: string | undefined = from; at; ) {
    const reply: GetRecordsCommandOutput = await page(subject, at);
    records.push(...reply.Records!);
    at = reply.NextShardIterator;
    idle = reply.Records!.length > 0 ? 0 : idle + 1;
    if (records.length >= atLeast && reply.MillisBehindLatest === 0) break;
    if (idle > 20) break;
  }
  return records;
}

/** Texts of what a stream's shard holds. */
export async function readTexts(subject: Subject, stream: TestStream, from?: From, atLeast = 0): Promise<string[]> {
  return (await read(subject, await iterator(subject, stream, from), atLeast)).map(textOf);
}
