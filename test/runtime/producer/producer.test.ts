// The producer over a real socket: what it sends, where to, and over how many connections.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  createProducer,
  type Producer,
  type ProducerOptions,
  renderEventEntry,
} from '../../../runtime/producer/index.js';
import { aPutEntry } from '../../support/put-entry.js';

const environment = { ...process.env };
let server: Server;
let endpoint: string;
let connections: number;
let requests: string[];
let authorization: string | undefined;
let answer: (body: string, call: number) => { status: number; body: object } | undefined;
const producers: Producer[] = [];

function aProducer(options: Partial<ProducerOptions>): Producer {
  const producer = createProducer({ streamName: 'orders', ...options });
  producers.push(producer);
  return producer;
}

const SHARDS = {
  status: 200,
  body: {
    Shards: [
      {
        ShardId: 's',
        HashKeyRange: { StartingHashKey: '0', EndingHashKey: String(2n ** 128n - 1n) },
        SequenceNumberRange: { StartingSequenceNumber: '1' },
      },
    ],
  },
};

const accept = (body: string) => {
  const records = body.match(/PartitionKey/g) ?? [];
  return {
    status: 200,
    body: { FailedRecordCount: 0, Records: records.map(() => ({ ShardId: 's', SequenceNumber: '1' })) },
  };
};

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

beforeEach(async () => {
  connections = 0;
  requests = [];
  answer = accept;
  server = createServer(async (request, response) => {
    const sent = await read(request);
    const isListing = request.headers['x-amz-target'] === 'Kinesis_20131202.ListShards';
    if (!isListing) requests.push(sent);
    authorization = request.headers.authorization;
    const reply = isListing ? SHARDS : answer(sent, requests.length);
    if (reply === undefined) return;
    const { status, body } = reply;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'us-east-1' });
});

afterEach(async () => {
  process.env = { ...environment };
  for (const producer of producers.splice(0)) await producer.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('puts events over one kept-alive connection, call after call', async () => {
  const producer = aProducer({ endpoint });
  const event = { id: '1', time: '2026-01-01T00:00:00Z', type: 'order', key: 'customer', payload: {} };
  for (let call = 0; call < 5; call += 1) {
    expect(await producer.put(renderEventEntry(event))).toEqual({
      kind: 'put',
      shardId: 's',
      sequenceNumber: '1',
      attempts: 1,
    });
  }
  expect([requests.length, connections]).toEqual([5, 1]);
  expect(requests[0]).toContain('customer');
});

test('sends what the SDK would have sent', async () => {
  await aProducer({ endpoint }).put(aPutEntry({ explicitHashKey: '7' }));
  expect(JSON.parse(requests[0]!)).toEqual({
    StreamName: 'orders',
    Records: [{ Data: Buffer.from('abc').toString('base64'), PartitionKey: 'k', ExplicitHashKey: '7' }],
  });
});

test('finds the endpoint in AWS_ENDPOINT_URL_KINESIS', async () => {
  process.env.AWS_ENDPOINT_URL_KINESIS = endpoint;
  const producer = aProducer({});
  expect(await producer.put(aPutEntry())).toEqual(expect.objectContaining({ kind: 'put' }));
});

test('sends a request that the service failed once more itself, not through the SDK', async () => {
  answer = (body, call) =>
    call === 1 ? { status: 500, body: { __type: 'InternalFailure', message: 'oh' } } : accept(body);
  const producer = aProducer({ endpoint, retryBaseMs: 1 });
  expect(await producer.put(aPutEntry())).toEqual(expect.objectContaining({ kind: 'put', attempts: 2 }));
  expect(requests).toHaveLength(2);
});

test('signs for the Region it is given', async () => {
  await aProducer({ endpoint, region: 'eu-west-1' }).put(aPutEntry());
  expect(authorization).toContain('/eu-west-1/kinesis/');
});

test('fails when no reply comes in time', async () => {
  answer = () => undefined;
  const producer = aProducer({ endpoint, requestTimeoutMs: 50, maxAttempts: 2, retryBaseMs: 1 });
  expect(await producer.put(aPutEntry())).toEqual(
    expect.objectContaining({ kind: 'failed', errorCode: 'ETIMEDOUT', attempts: 2 }),
  );
});

test('fails when the stream is not there, after one request', async () => {
  answer = () => ({ status: 400, body: { __type: 'ResourceNotFoundException', message: 'no such stream' } });
  const producer = aProducer({ endpoint });
  expect(await Promise.all([producer.put(aPutEntry()), producer.put(aPutEntry())])).toEqual(
    Array(2).fill({ kind: 'failed', errorCode: 'ResourceNotFoundException', message: 'no such stream', attempts: 1 }),
  );
  expect(requests).toHaveLength(1);
});
