// A mark in the transaction of the effects, through the SDK against the lab's DynamoDB: each record takes effect once, wherever
// an invocation dies.
import { DynamoDBClient, type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MARK_TABLE_KEY } from '../../../core/consumer-contract.js';
import { seededRandom } from '../../../core/records/seeded-random.js';
import { TableService } from '../../../local/services/dynamodb/table-service.js';
import type { Endpoint } from '../../../local/services/http-endpoint.js';
import { createConsumer, type KinesisEventRecord } from '../../../runtime/consumer/index.js';
import { type DynamoDbMarks, dynamoDbMarks } from '../../../runtime/consumer/mark-aws.js';
import { aTable } from '../../support/a-table.js';
import { anAggregate, aPlain } from '../../support/aggregated-records.js';
import { clientFor } from '../../support/lab-client.js';
import { Crash, deliverShard } from '../../support/lambda-delivery.js';
import { ManualClock } from '../../support/manual-clock.js';
import { RecordedMetrics } from '../../support/recorded-metrics.js';

const RECORDS = 60;
const CRASH_RATE = 0.4;

const tables = [aTable('effects'), aTable('marks', MARK_TABLE_KEY)];
const service = new TableService({ tables, clock: new ManualClock(), metrics: new RecordedMetrics() });
const environment = { ...process.env };
let endpoint: Endpoint;
let client: DynamoDBClient;

beforeAll(async () => {
  endpoint = await service.listen();
  client = new DynamoDBClient(clientFor(endpoint.url));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: endpoint.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'lab',
    AWS_SECRET_ACCESS_KEY: 'lab',
  });
});
afterAll(async () => {
  process.env = environment;
  client.destroy();
  await endpoint.close();
});

/** Ten to each key, plain and aggregated in turn. */
function aShard(first: number): readonly KinesisEventRecord[] {
  const inner = (n: number) => ({ key: `k${n % 3}`, text: JSON.stringify({ n: first + n }) });
  return Array.from({ length: RECORDS / 4 }, (_, i) => i * 4).flatMap((n) => [
    aPlain(n + 1, inner(n)),
    anAggregate(n + 2, [inner(n + 1), inner(n + 2), inner(n + 3)]),
  ]);
}

/** Counts how often each record has had its effect. */
const count = (n: number): TransactWriteItem => ({
  Update: {
    TableName: 'effects',
    Key: { id: { S: String(n) } },
    UpdateExpression: 'ADD times :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  },
});

async function timesOf(first: number): Promise<readonly number[]> {
  const items = (await service.scan('effects')) as readonly { id: { S: string }; times: { N: string } }[];
  const times = new Map(items.map(({ id, times }) => [Number(id.S), Number(times.N)]));
  return Array.from({ length: RECORDS }, (_, i) => times.get(first + i) ?? 0);
}

interface Deaths {
  readonly random: () => number;
  readonly functionName: string;
  /** Sends the effects of a batch. */
  readonly send: (effects: TransactWriteItem[], mark: TransactWriteItem) => Promise<unknown>;
}

/** Delivers a shard to functions of which many die before their transaction, after it, or with their answer. */
async function deliver(first: number, marks: DynamoDbMarks, { random, functionName, send }: Deaths): Promise<number> {
  let crashes = 0;
  const invoke = async (Records: readonly KinesisEventRecord[]) => {
    let dead = false;
    const perhapsDie = () => {
      dead ||= random() < CRASH_RATE / 3;
      if (dead) throw new Crash();
    };
    const consumer = createConsumer({
      functionName,
      mark: marks,
      markWrite: 'with-effects',
      maxBatchRecords: 3,
      failureStore: async () => {
        throw new Error('every record of this shard can be used');
      },
      handleBatch: async (records, { markThrough }) => {
        perhapsDie();
        const effects = records.map(({ value }) => count((value as { readonly n: number }).n));
        await send(effects, marks.transactItem(markThrough()));
        perhapsDie();
      },
    });
    try {
      const answer = await consumer({ Records: [...Records] });
      perhapsDie();
      return answer;
    } catch (error) {
      if (error instanceof Crash) crashes += 1;
      throw error;
    }
  };
  await deliverShard(aShard(first), invoke, { random });
  return crashes;
}

const transact = (...TransactItems: TransactWriteItem[]) =>
  client.send(new TransactWriteItemsCommand({ TransactItems }));

test('effects in the transaction of their mark take place once, wherever invocations die', async () => {
  for (const seed of [1, 2, 3]) {
    const first = seed * 1_000;
    const crashes = await deliver(first, dynamoDbMarks('marks'), {
      random: seededRandom(seed),
      functionName: `f${seed}`,
      send: (effects, mark) => transact(...effects, mark),
    });
    expect(crashes).toBeGreaterThan(2);
    expect(await timesOf(first)).toEqual(Array(RECORDS).fill(1));
  }
});

test('two invocations at once, of which one is believed dead: the effects of only one take place', async () => {
  const first = 10_000;
  const marks = dynamoDbMarks('marks');
  let waiting = 0;
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const consumer = createConsumer({
    functionName: 'twice',
    mark: marks,
    markWrite: 'with-effects',
    failureStore: async () => {},
    handleBatch: async (records, { markThrough }) => {
      waiting += 1;
      if (waiting === 2) open();
      await gate;
      await transact(
        ...records.map(({ value }) => count((value as { readonly n: number }).n)),
        marks.transactItem(markThrough()),
      );
    },
  });
  const Records = [...aShard(first)];
  const answers = await Promise.all([consumer({ Records }), consumer({ Records })]);
  expect(answers.map(({ batchItemFailures }) => batchItemFailures.length).sort()).toEqual([0, 1]);
  expect(await timesOf(first)).toEqual(Array(RECORDS).fill(1));
});

test('effects beside the mark take place again, which the transaction prevents', async () => {
  const first = 20_000;
  const random = seededRandom(4);
  await deliver(first, dynamoDbMarks('marks'), {
    random,
    functionName: 'beside',
    send: async (effects, mark) => {
      await transact(...effects);
      if (random() < 0.3) throw new Error('connection lost');
      await transact(mark);
    },
  });
  expect(Math.max(...(await timesOf(first)))).toBeGreaterThan(1);
});
