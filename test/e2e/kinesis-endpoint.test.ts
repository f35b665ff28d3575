import { once } from 'node:events';
import http2 from 'node:http2';
import https from 'node:https';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SplitShardCommand,
  SubscribeToShardCommand,
  UpdateShardCountCommand,
  waitUntilStreamExists,
} from '@aws-sdk/client-kinesis';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { LabClock } from '../../local/clock.js';
import { createKinesisEngine, type KinesisEngine } from '../../local/engine/engine.js';
import { decodeCbor } from '../../local/engine/http/cbor/decode-cbor.js';
import { encodeCbor } from '../../local/engine/http/cbor/encode-cbor.js';
import { type KinesisEndpoint, listenKinesis } from '../../local/engine/http/listen.js';
import { clientFor } from '../support/lab-client.js';
import { RecordedMetrics } from '../support/recorded-metrics.js';

const SPEED = 100;

let clock: LabClock;
let engine: KinesisEngine;
let endpoint: KinesisEndpoint;
let client: KinesisClient;

const trust = ({ certificate }: KinesisEndpoint) => new https.Agent({ ca: certificate });
const handlers = [
  ['HTTP/2, as the SDK does by default', ({ url }: KinesisEndpoint) => ({ endpoint: url })],
  ['HTTP/1.1', ({ url }: KinesisEndpoint) => ({ endpoint: url, requestHandler: new NodeHttpHandler() })],
  [
    'HTTP/1.1 over TLS',
    (endpoint: KinesisEndpoint) => ({
      endpoint: endpoint.secureUrl,
      requestHandler: new NodeHttpHandler({ httpsAgent: trust(endpoint) }),
    }),
  ],
] as const;

describe.each(handlers)('over %s', (_name, handler) => {
  beforeEach(async () => {
    clock = new LabClock({ speed: SPEED, startMs: Date.now() });
    engine = createKinesisEngine({
      clock,
      metrics: new RecordedMetrics(),
      identity: { accountId: '000000000000', region: 'us-east-1' },
    });
    endpoint = await listenKinesis(engine, { clock, port: 0 });
    client = new KinesisClient({ ...clientFor(endpoint.url), ...handler(endpoint) });
  });

  afterEach(async () => {
    client.destroy();
    engine.close();
    await endpoint.close();
    clock.stop();
  });

  test('a stream is created, written to and read back', async () => {
    await client.send(new CreateStreamCommand({ StreamName: 'orders', ShardCount: 2 }));
    await waitUntilStreamExists({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { StreamName: 'orders' });
    const data = Buffer.from('zwölf äpfel');
    const put = await client.send(
      new PutRecordCommand({ StreamName: 'orders', Data: data, PartitionKey: 'schlüssel' }),
    );
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamName: 'orders', ShardId: put.ShardId!, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records, NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator }));
    expect(Records).toEqual([
      {
        SequenceNumber: put.SequenceNumber,
        ApproximateArrivalTimestamp: expect.any(Date),
        Data: new Uint8Array(data),
        PartitionKey: 'schlüssel',
      },
    ]);
    expect(NextShardIterator).toEqual(expect.any(String));
    expect(Math.abs(Records![0]!.ApproximateArrivalTimestamp!.getTime() - clock.nowMs())).toBeLessThan(3_600_000);
  });

  test('a batch is put, and the stream is split and scaled', async () => {
    engine.openStream({ StreamName: 'orders', ShardCount: 1 });
    const entries = Array.from({ length: 500 }, (_, i) => ({ Data: Buffer.alloc(1_000, i), PartitionKey: `k${i}` }));
    const put = await client.send(new PutRecordsCommand({ StreamName: 'orders', Records: entries }));
    expect(put.FailedRecordCount).toBe(0);
    expect(engine.accepted('orders')).toBe(500);
    const half = String(2n ** 127n);
    const split = { StreamName: 'orders', ShardToSplit: 'shardId-000000000000', NewStartingHashKey: half };
    await client.send(new SplitShardCommand(split));
    await active('orders');
    const scale = { StreamName: 'orders', TargetShardCount: 4, ScalingType: 'UNIFORM_SCALING' as const };
    expect(await client.send(new UpdateShardCountCommand(scale))).toMatchObject({ CurrentShardCount: 2 });
    await active('orders');
    const { Shards } = await client.send(new ListShardsCommand({ StreamName: 'orders' }));
    expect(Shards!.filter((shard) => !shard.SequenceNumberRange!.EndingSequenceNumber)).toHaveLength(4);
  });

  test('a call of 10 MiB goes in, and comes out again', async () => {
    engine.openStream({ StreamName: 'orders', ShardCount: 10 });
    const Records = Array.from({ length: 10 }, (_, i) => ({
      Data: Buffer.alloc(1_048_575, i),
      PartitionKey: 'k',
      ExplicitHashKey: String((2n ** 128n / 10n) * BigInt(i)),
    }));
    const put = await client.send(new PutRecordsCommand({ StreamName: 'orders', Records }));
    expect(put.FailedRecordCount).toBe(0);
    const start = { ShardId: put.Records![9]!.ShardId!, ShardIteratorType: 'TRIM_HORIZON' as const };
    const { ShardIterator } = await client.send(new GetShardIteratorCommand({ StreamName: 'orders', ...start }));
    const read = await client.send(new GetRecordsCommand({ ShardIterator }));
    expect(Records[9]!.Data.equals(read.Records![0]!.Data!)).toBe(true);
  });

  test('a subscriber is pushed what arrives, and the children when its shard ends', async () => {
    engine.openStream({ StreamName: 'orders', ShardCount: 1 });
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName: 'orders' }));
    const StreamARN = StreamDescriptionSummary!.StreamARN!;
    const { Consumer } = await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'pushed' }));
    await clock.sleep(1_500);
    const { EventStream } = await client.send(
      new SubscribeToShardCommand({
        ConsumerARN: Consumer!.ConsumerARN,
        ShardId: 'shardId-000000000000',
        StartingPosition: { Type: 'TRIM_HORIZON' },
      }),
    );
    const texts: string[] = [];
    let children: readonly unknown[] = [];
    let next = 0;
    for await (const { SubscribeToShardEvent: event } of EventStream!) {
      texts.push(...event!.Records!.map((record) => Buffer.from(record.Data!).toString('utf8')));
      children = event!.ChildShards ?? [];
      // The KCL takes an end of shard that also says where to go on for a broken event, and subscribes again for ever.
      expect(event!.ContinuationSequenceNumber === undefined).toBe(children.length > 0);
      if (next < 3) {
        const Data = Buffer.from(`event ${next}`);
        await client.send(new PutRecordCommand({ StreamName: 'orders', Data, PartitionKey: 'k' }));
        next += 1;
      } else if (next === 3) {
        next += 1;
        const scale = { StreamName: 'orders', TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' as const };
        await client.send(new UpdateShardCountCommand(scale));
      }
    }
    expect(texts).toEqual(['event 0', 'event 1', 'event 2']);
    expect(children).toMatchObject([{ ShardId: 'shardId-000000000001' }, { ShardId: 'shardId-000000000002' }]);
  });

  test('closing ends open subscriptions and connections without waiting for their clients', async () => {
    engine.openStream({ StreamName: 'orders', ShardCount: 1 });
    const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders';
    const { EventStream } = await client.send(
      new SubscribeToShardCommand({
        ConsumerARN: engine.openConsumer({ StreamARN, ConsumerName: 'pushed' }),
        ShardId: 'shardId-000000000000',
        StartingPosition: { Type: 'LATEST' },
      }),
    );
    const events = EventStream![Symbol.asyncIterator]();
    await events.next();
    const ended = events.next().catch(() => 'cut off');
    await endpoint.close();
    await ended;
    await expect(client.send(new DescribeStreamSummaryCommand({ StreamName: 'orders' }))).rejects.toThrow();
  });

  test('fails when the stream is not there, with the type the SDK knows', async () => {
    await expect(client.send(new DescribeStreamSummaryCommand({ StreamName: 'nowhere' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Stream nowhere under account 000000000000 not found.',
      $metadata: { httpStatusCode: 400 },
    });
  });
});

describe('the port', () => {
  beforeEach(() => {
    clock = new LabClock({ speed: 1, startMs: Date.now() });
    const identity = { accountId: '000000000000', region: 'us-east-1' };
    engine = createKinesisEngine({ clock, metrics: new RecordedMetrics(), identity });
  });

  afterEach(async () => {
    engine.close();
    await endpoint.close();
    clock.stop();
  });

  test('fails when it is taken, and says what to change', async () => {
    endpoint = await listenKinesis(engine, { clock, port: 0 });
    const port = Number(new URL(endpoint.url).port);
    await expect(listenKinesis(engine, { clock, port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: expect.stringContaining(`'--port' must be a free port, got ${port} (in use);`),
    });
  });

  test('speaks CBOR to those who ask in it, errors included', async () => {
    endpoint = await listenKinesis(engine, { clock, port: 0 });
    engine.openStream({ StreamName: 'orders', ShardCount: 1 });
    const send = async (target: string, input: unknown) => {
      const reply = await fetch(endpoint.url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-amz-cbor-1.1', 'x-amz-target': `Kinesis_20131202.${target}` },
        body: new Uint8Array(encodeCbor(input)),
      });
      expect(reply.headers.get('content-type')).toBe('application/x-amz-cbor-1.1');
      return decodeCbor(Buffer.from(await reply.arrayBuffer())) as Record<string, never>;
    };
    const Data = Buffer.from([0, 255, 1]);
    const put = await send('PutRecord', { StreamName: 'orders', Data, PartitionKey: 'ü' });
    const start = { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(clock.nowMs() - 60_000) };
    const { ShardIterator } = await send('GetShardIterator', { StreamName: 'orders', ShardId: put.ShardId, ...start });
    expect(await send('GetRecords', { ShardIterator })).toMatchObject({
      Records: [
        {
          Data,
          PartitionKey: 'ü',
          SequenceNumber: put.SequenceNumber,
          ApproximateArrivalTimestamp: expect.any(Date),
        },
      ],
      MillisBehindLatest: 0,
    });
    expect(await send('DescribeStreamSummary', { StreamName: 'nowhere' })).toMatchObject({
      __type: 'ResourceNotFoundException',
      message: expect.stringContaining('nowhere'),
    });
  });

  test('pushes CBOR events to a subscriber who asked in it', async () => {
    endpoint = await listenKinesis(engine, { clock, port: 0 });
    engine.openStream({ StreamName: 'orders', ShardCount: 1 });
    const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders';
    const ConsumerARN = engine.openConsumer({ StreamARN, ConsumerName: 'pushed' });
    await engine.PutRecord({ StreamName: 'orders', Data: Buffer.from('pushed in CBOR'), PartitionKey: 'k' });
    const leave = new AbortController();
    const reply = await fetch(endpoint.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-cbor-1.1', 'x-amz-target': 'Kinesis_20131202.SubscribeToShard' },
      body: new Uint8Array(
        encodeCbor({ ConsumerARN, ShardId: 'shardId-000000000000', StartingPosition: { Type: 'TRIM_HORIZON' } }),
      ),
      signal: leave.signal,
    });
    let seen = '';
    for await (const chunk of reply.body!) {
      seen += Buffer.from(chunk).toString('latin1');
      if (seen.includes('pushed in CBOR')) break;
    }
    expect(seen).toContain('application/x-amz-cbor-1.1');
    leave.abort();
  });

  test('speaks HTTP/2 over TLS to those who prefer it, with a certificate of its own', async () => {
    endpoint = await listenKinesis(engine, { clock, port: 0 });
    const session = http2.connect(endpoint.secureUrl, { ca: endpoint.certificate });
    const request = session.request({
      ':method': 'POST',
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Kinesis_20131202.ListStreams',
    });
    request.end('{}');
    const [headers] = await once(request, 'response');
    expect([session.alpnProtocol, headers[':status']]).toEqual(['h2', 200]);
    session.destroy();
  });

  test('is refused by name what it does not speak or offer', async () => {
    endpoint = await listenKinesis(engine, { clock, port: 0 });
    const send = (type: string, target: string) =>
      fetch(endpoint.url, {
        method: 'POST',
        headers: { 'content-type': type, 'x-amz-target': `Kinesis_20131202.${target}` },
        body: '{}',
      });
    const channel = await send('application/x-amz-json-1.1', 'CreateChannel');
    expect(channel.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
    expect(await channel.json()).toMatchObject({ message: expect.stringContaining('CreateChannel') });
  });
});

async function active(stream: string): Promise<void> {
  for (;;) {
    const { StreamDescriptionSummary } = await engine.DescribeStreamSummary({ StreamName: stream });
    if (StreamDescriptionSummary!.StreamStatus === 'ACTIVE') return;
    await clock.sleep(1_000);
  }
}
