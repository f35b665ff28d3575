// A server in a process of its own for the engine bench: the engine, or a null server that only reads, parses and answers.
// Tells its parent its address once it serves, and its resident memory whenever it is asked.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LabClock } from '../../local/clock.js';
import { createKinesisEngine } from '../../local/engine/engine.js';
import { listenKinesis } from '../../local/engine/http/listen.js';
import { BATCH, STREAM } from './traffic.js';

const SHARDS = 8;

const kind = process.argv[2];
const url = kind === 'null' ? await startNull() : await startEngine(kind === 'engine-with-limits');
process.send!({ url });
process.on('message', () => process.send!({ rss: process.memoryUsage.rss() }));

async function startEngine(enforceLimits: boolean): Promise<string> {
  const clock = new LabClock({ speed: 1, startMs: Date.now() });
  const engine = createKinesisEngine({
    clock,
    metrics: { put: () => undefined },
    identity: { accountId: '000000000000', region: 'us-east-1' },
    enforceLimits,
  });
  engine.openStream({ StreamName: STREAM, ShardCount: SHARDS });
  return (await listenKinesis(engine, { clock, port: 0 })).url;
}

function startNull(): Promise<string> {
  const SequenceNumber = '49650000000000000000000000000000000000000000000000000001';
  const Records = Array.from({ length: BATCH }, () => ({ SequenceNumber, ShardId: 'shardId-000000000000' }));
  const answer = JSON.stringify({ FailedRecordCount: 0, Records });
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'content-length': Buffer.byteLength(answer) };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      JSON.parse(Buffer.concat(chunks).toString('utf8'));
      response.writeHead(200, headers).end(answer);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
