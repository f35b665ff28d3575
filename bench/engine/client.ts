// A client in a process of its own for the engine bench: four calls in flight over HTTP/1.1 keep-alive. It shares two cores
// with the server that it measures, so it does as little as it can: bodies are made beforehand but for their keys, and of
// replies it reads only what it needs, without making objects of them, in memory that it uses again.
import { Agent, request } from 'node:http';
import { type Done, PutBody, RECORD_BYTES, STREAM, type Work } from './traffic.js';

const IN_FLIGHT = 4;
const READ_LIMIT = 2_000;
/** Room for one reply: the records of a read in base64, and what is around them. */
const REPLY_BYTES = READ_LIMIT * RECORD_BYTES * 2;

const url = new URL(process.argv[2]!);
const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
const lanes = Array.from({ length: IN_FLIGHT }, () => ({ body: new PutBody(), room: Buffer.alloc(REPLY_BYTES) }));

type Lane = (typeof lanes)[number];

process.send!({ ready: true });
process.on('message', async (work: Work) => {
  const records = work.kind === 'put' ? await put(work.calls) : await get(work.shards);
  process.send!({ records } satisfies Done);
});

async function put(calls: number): Promise<number> {
  let left = calls;
  let records = 0;
  const run = async ({ body, room }: Lane) => {
    while (left > 0) {
      left -= 1;
      const reply = await send('PutRecords', body.next(), room);
      if (!reply.includes('"FailedRecordCount":0')) throw new Error('PutRecords failed for some records');
      records += count(reply, '"SequenceNumber"');
    }
  };
  await Promise.all(lanes.map(run));
  return records;
}

async function get(shards: readonly string[]): Promise<number> {
  const counts = await Promise.all(shards.map((shard, i) => readShard(shard, lanes[i]!.room)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function readShard(ShardId: string, room: Buffer): Promise<number> {
  const start = { StreamName: STREAM, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
  const ask = (operation: string, input: object) => send(operation, Buffer.from(JSON.stringify(input)), room);
  let ShardIterator = member(await ask('GetShardIterator', start), 'ShardIterator');
  for (let records = 0; ; ) {
    const page = await ask('GetRecords', { ShardIterator, Limit: READ_LIMIT });
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

/** Sends a call; its reply is in `room`. */
function send(operation: string, body: Buffer, room: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'content-length': body.length,
      'x-amz-target': `Kinesis_20131202.${operation}`,
    };
    const call = request({ host: url.hostname, port: url.port, method: 'POST', agent, headers }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.copy(room, bytes);
      });
      response.on('end', () => {
        const reply = room.subarray(0, bytes);
        if (response.statusCode === 200) resolve(reply);
        else reject(new Error(`${operation} failed: ${response.statusCode} ${reply.toString('utf8', 0, 200)}`));
      });
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}
