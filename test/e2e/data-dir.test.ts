import { setTimeout as wait } from 'node:timers/promises';
import { Kinesis } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { aFolder, clientFor } from '../support/lab-client.js';
import { buildOnce, LabChild, totalsOf } from '../support/run-lab.js';

/** Every so many records one is no event: a consumer writes it down when it has seen it. */
const REFUSED_EVERY = 10;
const BATCH = 50;

const data = aFolder();
const children: LabChild[] = [];

beforeAll(() => buildOnce());
afterAll(() => {
  for (const child of children) child.clean();
  data.remove();
});

test('a lab that is killed goes on where it was: every acknowledged record reaches every consumer', async () => {
  const acknowledged = new Set<string>();
  const first = aLab();
  const { client, streamName } = await connect(first);
  const writing = write({ client, streamName, run: 1, batches: Number.POSITIVE_INFINITY }, acknowledged);
  // What a second invocation writes says that the first one is done with.
  while (acknowledged.size < 1_000 || failureObjects(first, 'aggregate').length < 2) await wait(10);
  first.child.kill('SIGKILL');
  await Promise.all([writing, first.ended]);

  const second = aLab();
  const again = await connect(second);
  await write({ ...again, run: 2, batches: 2 }, acknowledged);
  second.child.stdin.end();
  const run = await second.ended;
  expect(run).toMatchObject({ status: 0 });

  const events = [...acknowledged].filter((id) => !id.startsWith('refused'));
  const delivered = new Set(second.delivered().map(({ id }) => id));
  expect(events.filter((id) => !delivered.has(id))).toEqual([]);
  const refused = [...acknowledged].filter((id) => id.startsWith('refused'));
  for (const name of ['aggregate', 'alert']) {
    const seen = new Set(refusedBy(second, name));
    expect(refused.filter((id) => !seen.has(id))).toEqual([]);
  }
  const totals = totalsOf(run);
  expect(totals.consumers.Aggregate!.carriedOver).toBeLessThan(acknowledged.size - 2 * BATCH);
  expect(totals).toMatchObject({ balanced: true, produced: 2 * BATCH });
  expect(run.stdout).toMatch(/carried over: Aggregate \d+, Alert \d+, Delivery [1-9]/);
  for (const { carriedOver, processed, failed, unread } of Object.values(totals.consumers)) {
    expect(processed + failed + unread).toBe(carriedOver! + totals.produced);
  }
}, 60_000);

function aLab(): LabChild {
  const child = new LabChild(['--input', '-', '--data-dir', data.path, '--json']);
  children.push(child);
  return child;
}

async function connect(lab: LabChild): Promise<{ client: Kinesis; streamName: string }> {
  const { endpoint, streams } = await lab.ready();
  const requestHandler = new NodeHttpHandler();
  return { client: new Kinesis({ ...clientFor(endpoint), requestHandler, maxAttempts: 1 }), streamName: streams[0]! };
}

interface Load {
  readonly client: Kinesis;
  readonly streamName: string;
  readonly run: number;
  readonly batches: number;
}

/** Puts batches until they are all in or the lab is gone; keeps the ids of what was acknowledged. */
async function write({ client, streamName, run, batches }: Load, acknowledged: Set<string>): Promise<void> {
  for (let batch = 0; batch < batches; batch += 1) {
    const records = Array.from({ length: BATCH }, (_, i) => aRecord(`${run}-${batch}-${i}`, i));
    try {
      const Records = records.map(({ id: PartitionKey, Data }) => ({ PartitionKey, Data }));
      const put = await client.putRecords({ StreamName: streamName, Records });
      put.Records!.forEach(({ SequenceNumber }, i) => void (SequenceNumber && acknowledged.add(records[i]!.id)));
    } catch {
      break;
    }
    await wait(5);
  }
  client.destroy();
}

function aRecord(number: string, i: number): { readonly id: string; readonly Data: Buffer } {
  const id = `${i % REFUSED_EVERY === 0 ? 'refused' : 'event'}-${number}`;
  const event = { id, time: new Date().toISOString(), type: 'reading', key: id, payload: { value: i } };
  return { id, Data: Buffer.from(id.startsWith('refused') ? id : JSON.stringify(event)) };
}

function failureObjects(lab: LabChild, functionName: string): Buffer[] {
  return lab.objects(new RegExp(`records/[^/]*${functionName}`, 'i'));
}

/** Texts of the records that a function has written to its failure bucket. */
function refusedBy(lab: LabChild, functionName: string): string[] {
  return failureObjects(lab, functionName).flatMap((body) =>
    body
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => Buffer.from(JSON.parse(line).data, 'base64').toString()),
  );
}
