import { setTimeout as wait } from 'node:timers/promises';
import type { PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import { afterEach, expect, test } from '@jest/globals';
import { createKinesisEngine, type KinesisEngine } from '../../../local/engine/engine.js';
import type { StoredRecord } from '../../../local/faults/chaos-observer.js';
import { disturbEngine } from '../../../local/faults/disturbed-engine.js';
import type { FaultDesk } from '../../../local/faults/fault-desk.js';
import type { Mishap, Site } from '../../../local/faults/mishap.js';
import { createRestartableEngine } from '../../../local/faults/restartable-engine.js';
import { readShard, STREAM, textOf } from '../../support/an-engine.js';
import { aFolder } from '../../support/lab-client.js';
import { ManualClock } from '../../support/manual-clock.js';
import { RecordedMetrics } from '../../support/recorded-metrics.js';

const engines: KinesisEngine[] = [];
const folders: ReturnType<typeof aFolder>[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
  for (const folder of folders.splice(0)) folder.remove();
});

/** An engine that meets these mishaps, one after the other, at each site. */
function aDisturbedEngine(mishaps: Partial<Record<Site, (Mishap | undefined)[]>>) {
  const folder = aFolder();
  folders.push(folder);
  const clock = new ManualClock();
  const { engine, restart } = createRestartableEngine(() =>
    createKinesisEngine({
      ...{ clock, metrics: new RecordedMetrics(), dataDir: folder.path },
      identity: { accountId: '000000000000', region: 'us-east-1' },
    }),
  );
  engine.openStream({ StreamName: STREAM, ShardCount: 1 });
  engines.push(engine);
  const stored: StoredRecord[] = [];
  const cut: number[] = [];
  let ordinal = 0;
  const desk = {
    next: (site: Site) => ({ ordinal: ++ordinal, mishap: mishaps[site]?.shift() }),
    cut: (_site: Site, _name: string, which: number) => cut.push(which),
  } as unknown as FaultDesk;
  const records = { stored: (_: unknown, put: readonly StoredRecord[]) => stored.push(...put) };
  const { served, read } = disturbEngine({ engine, restart, desk, clock, records });
  const put = (...texts: string[]) =>
    served.call('PutRecords', {
      StreamName: STREAM,
      Records: texts.map((text) => ({ PartitionKey: text, Data: Buffer.from(text) })),
    }) as Promise<{ FailedRecordCount: number; Records: PutRecordsResultEntry[] }>;
  const texts = async () => (await readShard(engine, 'shardId-000000000000')).map(textOf);
  const iterate = () =>
    read.GetShardIterator({
      StreamName: STREAM,
      ShardId: 'shardId-000000000000',
      ShardIteratorType: 'TRIM_HORIZON',
    });
  return { engine, clock, served, read, put, texts, iterate, stored, cut };
}

/** Waits in wall time, which the disk takes, and in lab time, which the engine is gone for. */
async function until(call: () => Promise<unknown>, clock: ManualClock): Promise<void> {
  for (;;) {
    await clock.advance(1_000);
    if (
      await call().then(
        () => true,
        () => false,
      )
    )
      return;
    await wait(5);
  }
}

test('a reply that is lost leaves its records stored, a request that is lost does not', async () => {
  const { put, texts, stored } = aDisturbedEngine({
    request: [
      { kind: 'lose-request', size: 0 },
      { kind: 'lose-reply', size: 0 },
    ],
  });
  await expect(put('a')).rejects.toThrow('the connection was lost');
  expect(await texts()).toEqual([]);
  await expect(put('b')).rejects.toThrow('the connection was lost');
  expect(await texts()).toEqual(['b']);
  expect(stored.map(({ partitionKey }) => partitionKey)).toEqual(['b']);
});

test('a throttled PutRecords refuses a share of its entries, each in its place', async () => {
  const { put, texts } = aDisturbedEngine({ request: [{ kind: 'throttle', size: 0.5 }] });
  const { FailedRecordCount, Records } = await put('a', 'b', 'c', 'd');
  expect(FailedRecordCount).toBe(2);
  expect(Records.map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    'ProvisionedThroughputExceededException',
    undefined,
    'ProvisionedThroughputExceededException',
  ]);
  expect(await texts()).toEqual(['a', 'c']);
});

test('an engine that restarts is gone for a while, and so are its iterators, but not what it has stored', async () => {
  const run = aDisturbedEngine({ request: [undefined, { kind: 'restart-after', size: 0 }] });
  const { ShardIterator } = await run.iterate();
  await run.put('a');
  await expect(run.put('b')).rejects.toThrow('the connection was lost');
  await expect(run.put('c')).rejects.toThrow('the connection was lost');
  await expect(run.iterate()).rejects.toMatchObject({ code: 'ServiceUnavailable', status: 503 });
  await until(() => run.iterate(), run.clock);
  await expect(run.read.GetRecords({ ShardIterator })).rejects.toMatchObject({ code: 'ExpiredIteratorException' });
  const { Records } = await run.read.GetRecords({ ShardIterator: (await run.iterate()).ShardIterator });
  expect(Records?.map(textOf)).toEqual(['a', 'b']);
});

test('a push is cut off after some events, and by a restart', async () => {
  const run = aDisturbedEngine({ push: [{ kind: 'cut', size: 0 }], request: [{ kind: 'restart-before', size: 0 }] });
  const arn = run.engine.openConsumer({
    StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/readings',
    ConsumerName: 'c',
  });
  const { signal } = new AbortController();
  const subscribe = () => run.read.subscribe(arn, 'shardId-000000000000', { Type: 'TRIM_HORIZON' }, signal);
  const readAll = async () => {
    for await (const event of subscribe()) expect(event.Records).toEqual([]);
  };
  await expect(readAll()).rejects.toMatchObject({ code: 'InternalFailure' });
  const cut = readAll();
  await wait(1);
  await expect(Promise.all([cut, run.put('a')])).rejects.toThrow();
  await expect(cut).rejects.toMatchObject({ code: 'ServiceUnavailable' });
});

test('what is asked of the engine itself is not disturbed', async () => {
  const { engine } = aDisturbedEngine({ request: [{ kind: 'fail', size: 0 }], read: [{ kind: 'fail', size: 0 }] });
  await engine.PutRecord({ StreamName: STREAM, PartitionKey: 'a', Data: Buffer.from('a') });
  expect(engine.accepted(STREAM)).toBe(1);
});
