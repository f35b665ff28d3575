// The worker with the SDK, against the lab's Kinesis endpoint and its tables.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LabClock } from '../../local/clock.js';
import { createKinesisEngine, type KinesisEngine } from '../../local/engine/engine.js';
import { type KinesisEndpoint, listenKinesis } from '../../local/engine/http/listen.js';
import { TableService } from '../../local/services/dynamodb/table-service.js';
import type { Endpoint } from '../../local/services/http-endpoint.js';
import type { KinesisBatch } from '../../runtime/consumer/kinesis-event.js';
import { runWorker } from '../../runtime/worker/run-worker.js';
import { dynamoLeaseTable, LEASE_TABLE_KEYS } from '../../runtime/worker/table-aws.js';
import { STREAM } from '../support/an-engine.js';
import { clientFor } from '../support/lab-client.js';
import { RecordedMetrics } from '../support/recorded-metrics.js';

const clock = new LabClock({ speed: 20, startMs: Date.now() });
const metrics = new RecordedMetrics();
const { partitionKey, sortKey } = LEASE_TABLE_KEYS;
const table = {
  ...{ logicalId: 'Leases', path: 'Leases', name: 'leases' },
  arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/leases',
  definition: {
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: partitionKey, KeyType: 'HASH' },
      { AttributeName: sortKey, KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [partitionKey, sortKey].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  },
};
let engine: KinesisEngine;
let kinesis: KinesisEndpoint;
let tables: Endpoint;
let client: DynamoDBClient;

beforeAll(async () => {
  engine = createKinesisEngine({ clock, metrics, identity: { accountId: '000000000000', region: 'us-east-1' } });
  engine.openStream({ StreamName: STREAM, ShardCount: 2 });
  kinesis = await listenKinesis(engine, { clock, port: 0 });
  tables = await new TableService({ tables: [table], clock, metrics }).listen();
  client = new DynamoDBClient(clientFor(tables.url));
});
afterAll(async () => {
  client.destroy();
  await kinesis.close();
  await tables.close();
  await engine.close();
  clock.stop();
});

async function putTexts(texts: readonly string[]): Promise<void> {
  await engine.PutRecords({
    StreamName: STREAM,
    Records: texts.map((text) => ({ PartitionKey: text, Data: Buffer.from(text) })),
  });
}

/** Runs a worker until these texts have come, and stops it. */
async function workUntil(applicationName: string, texts: readonly string[], consumerArn?: string): Promise<string[]> {
  const { endpoint, region, credentials } = clientFor(kinesis.url);
  const got: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const worker = runWorker({
      ...{ streamName: STREAM, tableName: 'leases', applicationName, region, credentials, kinesis: { endpoint } },
      dynamodb: { endpoint: tables.url },
      ...(consumerArn === undefined ? {} : { consumerArn }),
      async handler(batch: KinesisBatch) {
        for (const { kinesis } of batch.Records) got.push(Buffer.from(kinesis.data, 'base64').toString());
        if (texts.every((text) => got.includes(text))) worker.stop().then(resolve, reject);
      },
    });
  });
  return got.sort();
}

test.each([
  ['polling', undefined],
  ['enhanced fan-out', 'workers'],
])(
  'a worker goes on where the last one stopped: %s',
  async (name, ConsumerName) => {
    const StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${STREAM}`;
    const consumerArn = ConsumerName && engine.openConsumer({ StreamARN, ConsumerName });
    const first = [`${name} 1`, `${name} 2`, `${name} 3`];
    const second = [`${name} 4`, `${name} 5`];
    await putTexts(first);
    expect(await workUntil(name, first, consumerArn)).toEqual(expect.arrayContaining(first));
    await putTexts(second);
    expect(await workUntil(name, second, consumerArn)).toEqual(second);
    const { leases, heartbeats } = await dynamoLeaseTable(client, 'leases', name).read();
    expect(leases.map(({ owner, checkpoint }) => [owner, typeof checkpoint])).toEqual([
      [undefined, 'string'],
      [undefined, 'string'],
    ]);
    expect(heartbeats).toEqual([]);
  },
  20_000,
);

test('a write under an owner of the past is refused', async () => {
  const port = dynamoLeaseTable(client, 'leases', 'fence');
  await port.createLease({ shardId: 's', parents: ['p'], ownerSwitches: 0, isEnded: false, bytesPerSecond: 1.5 });
  await port.createLease({ shardId: 's', parents: [], ownerSwitches: 9, isEnded: true });
  const free = { shardId: 's', owner: undefined, ownerSwitches: 0 };
  expect(await port.changeLease(free, { owner: 'a', ownerSwitches: 1, pendingOwner: null })).toBe(true);
  expect(await port.changeLease(free, { owner: 'b', ownerSwitches: 1 })).toBe(false);
  const byA = { shardId: 's', owner: 'a', ownerSwitches: 1 };
  expect(await port.changeLease(byA, { owner: 'b', ownerSwitches: 2, checkpoint: '7' })).toBe(true);
  expect(await port.changeLease(byA, { checkpoint: '9' })).toBe(false);
  expect((await port.read()).leases).toEqual([
    {
      shardId: 's',
      parents: ['p'],
      owner: 'b',
      ownerSwitches: 2,
      checkpoint: '7',
      isEnded: false,
      bytesPerSecond: 1.5,
    },
  ]);
  expect(await port.openApplication({ startAtMs: 5 })).toEqual({ startAtMs: 5 });
  expect(await port.openApplication({ startAtMs: undefined })).toEqual({ startAtMs: 5 });
});
