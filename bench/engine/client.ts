// A client in a process of its own for the engine bench: four calls in flight over HTTP/1.1 keep-alive. It shares two cores
// with the server that it measures, so it does as little as it can: bodies are made beforehand but for their keys, and of replies it reads
// only what it needs, without making objects of them.
import { Agent, request } from 'node:http';
import { type Done, PutBody, STREAM, type Work } from './traffic.js';

const IN_FLIGHT = 4;
const READ_LIMIT = 2_000;

const url = new URL(process.argv[2]!);
const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
const bodies = Array.from({ length: IN_FLIGHT }, () => new PutBody());

process.send!({ ready: true });
process.on('message', async (work: Work) => {
  const records = work.kind === 'put' ? await put(work.calls) : await get(work.shards);
  process.send!({ records } satisfies Done);
});

async function put(calls: number): Promise<number> {
  let left = calls;
  let records = 0;
  const run = async (body: PutBody) => {
    while (left > 0) {
      left -= 1;
      const reply = await send('PutRecords', body.next());
      if (!reply.includes('"FailedRecordCount":0')) throw new Error('PutRecords failed for some records');
      records += count(reply, '"SequenceNumber"');
    }
  };
  await Promise.all(bodies.map(run));
  return records;
}

async function get(shards: readonly string[]): Promise<number> {
  const counts = await Promise.all(shards.map(readShard));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function readShard(ShardId: string): Promise<number> {
  const start = { StreamName: STREAM, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
  let ShardIterator = member(await send('GetShardIterator', Buffer.from(JSON.stringify(start))), 'ShardIterator');
  for (let records = 0; ; ) {
    const page = await send('GetRecords', Buffer.from(JSON.stringify({ ShardIterator, Limit: READ_LIMIT })));
    records += count(page, '"SequenceNumber"');
    if (page.includes('"MillisBehindLatest":0')) return records;
    ShardIterator = member(page, 'NextShardIterator');
  }
}

function count(reply: Buffer, marker: string): number {
  let found = 0;
  for (let at = reply.indexOf(marker); at !== -1; at = reply.indexOf(marker, at + marker.length)) found += 1;
  return found;
}

/** Value of a text member near the start of a reply or near its end. */
function member(reply: Buffer, name: string): string {
  const from = reply.indexOf(`"${name}":"`) + name.length + 4;
  return reply.toString('latin1', from, reply.indexOf('"', from));
}

function send(operation: string, body: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'content-length': body.length,
      'x-amz-target': `Kinesis_20131202.${operation}`,
    };
    const call = request({ host: url.hostname, port: url.port, method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const reply = Buffer.concat(chunks);
        if (response.statusCode === 200) resolve(reply);
        else reject(new Error(`${operation} failed: ${response.statusCode} ${reply.toString('utf8', 0, 200)}`));
      });
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}
