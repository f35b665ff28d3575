import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { producerSink } from '../../../cli/put/producer-sink.js';
import { STREAM } from '../../support/an-engine.js';

const RECORD = { partitionKey: 'key', data: Buffer.from('a record') };
const NEVER = new AbortController().signal;

let server: Server;
/** How many calls are answered with an error before the rest are taken. */
let failures: number;
const told: string[] = [];

beforeEach(async () => {
  failures = 0;
  told.length = 0;
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('Content-Type', 'application/x-amz-json-1.1');
      const isList = String(request.headers['x-amz-target']).endsWith('ListShards');
      const failed = !isList && failures-- > 0;
      response.statusCode = failed ? 503 : 200;
      if (failed) response.end('{"__type":"ServiceUnavailable","message":"not now"}');
      else if (isList) response.end('{"Shards":[]}');
      else response.end('{"FailedRecordCount":0,"Records":[{"SequenceNumber":"1","ShardId":"shardId-000000000000"}]}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function aSink(patienceMs?: number) {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const target = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'lab', secretAccessKey: 'lab' } };
  return producerSink({
    ...{ streamName: STREAM, target, maxRecordBytes: 1_000_000, aggregation: 'off', patienceMs },
    tell: (line) => told.push(line),
  });
}

test('says once that the stream takes nothing, tries on, and says when it takes records again', async () => {
  failures = 3;
  const sink = aSink();
  expect(await sink.put(RECORD)).toEqual({ kind: 'put' });
  expect(told).toEqual(['the stream takes nothing, trying on: ServiceUnavailable', 'the stream takes records again']);
  await sink.close();
});

test('gives up when nothing was accepted for as long as it has patience', async () => {
  failures = Number.POSITIVE_INFINITY;
  const sink = aSink(100);
  expect(await sink.put(RECORD)).toMatchObject({
    kind: 'failed',
    errorCode: 'Stalled',
    message: 'no record was accepted for 0.1 s (ServiceUnavailable)',
  });
  await sink.close();
});

test('a flush whose signal comes leaves what is not accepted yet as failed', async () => {
  failures = Number.POSITIVE_INFINITY;
  const sink = aSink();
  const delivery = sink.put(RECORD);
  await sink.flush(AbortSignal.timeout(50));
  expect(await delivery).toMatchObject({ kind: 'failed', errorCode: 'Aborted' });
  await sink.ready(NEVER, RECORD);
  await sink.close();
});
