// What operators watch is there: a short run of every kind of resource, compared with the list of watched metrics.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import { METRIC_NAMESPACE, METRICS, SERVICE } from '../../../lambdas/autoscaler/contract.js';
import { DeliveryRunner } from '../../../local/delivery/delivery-runner.js';
import { parseColumn } from '../../../local/delivery/table-row.js';
import { parseEmbeddedMetrics } from '../../../local/metrics/embedded-metrics.js';
import type { Datapoint } from '../../../local/metrics/metric-sink.js';
import { MetricStore } from '../../../local/metrics/metric-store.js';
import { ServiceError } from '../../../local/service-error.js';
import { TableService } from '../../../local/services/dynamodb/table-service.js';
import { FunctionPool } from '../../../local/services/lambda/function-pool.js';
import { MemoryQueueService } from '../../../local/services/sqs/queue-service.js';
import { lambdaTelemetry } from '../../../runtime/telemetry/lambda-telemetry.js';
import { aDelivery, MemoryObjects } from '../../support/a-delivery.js';
import { aFunction, anAsset } from '../../support/a-function.js';
import { answered, textsIn, threw } from '../../support/a-mapping.js';
import { aMappingRun } from '../../support/a-mapping-run.js';
import { anEngine, putText, STREAM } from '../../support/an-engine.js';
import { ManualClock } from '../../support/manual-clock.js';
import { RecordedMetrics } from '../../support/recorded-metrics.js';
import { WATCHED, type WatchedMetrics } from '../../support/watched-metrics.js';

const MINUTE = 60_000;
const emitted: Datapoint[] = [];
const folder = mkdtempSync(join(tmpdir(), 'watched-'));

beforeAll(async () => {
  const runs = [
    ...[runPolled(), runPushed(), runDelivery(), runUnreadableDelivery()],
    ...[runQueue(), runTable(), runFunctions(), runAutoscaler()],
  ];
  for (const datapoints of await Promise.all(runs)) emitted.push(...datapoints);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A polling mapping with filters, failures, and a failure destination that cannot always be written. */
async function runPolled(): Promise<Datapoint[]> {
  const filters = ['{"partitionKey":[{"anything-but":"skip"}]}'];
  const onFailureArn = 'arn:aws:s3:::failures';
  const run = aMappingRun({ filters, batchSize: 1, maximumRetryAttempts: 0, onFailureArn });
  await run.engine.EnableEnhancedMonitoring({ StreamName: STREAM, ShardLevelMetrics: ['ALL'] });
  await run.clock.advance(MINUTE);
  run.answer((event) => (textsIn(event)[0] === 'bad' ? threw() : answered()));
  run.refuseObjects(3);
  await run.runner.start();
  for (const text of ['good', 'skip', 'bad']) await run.put(text);
  await run.clock.advance(MINUTE);
  const Records = [{ Data: Buffer.from('bad'), PartitionKey: 'bad' }];
  await run.engine.PutRecords({ StreamName: STREAM, Records });
  await run.clock.advance(MINUTE);
  await run.runner.stop();
  return run.metrics.datapoints;
}

async function runPushed(): Promise<Datapoint[]> {
  const run = aMappingRun({ dedicated: true });
  await run.runner.start();
  await run.put('a');
  await run.clock.advance(MINUTE);
  await run.runner.stop();
  return run.metrics.datapoints;
}

/** A delivery with a transform, partitions and a conversion. */
async function runDelivery(): Promise<Datapoint[]> {
  const { engine, clock, metrics } = anEngine();
  const delivery = aDelivery({
    transform: { functionArn: 'fn', bufferBytes: 100, bufferMs: 10_000, retries: 0 },
    prefix: 'by/!{partitionKeyFromQuery:type}/',
    partitionKeys: { type: '.type' },
    conversion: { databaseName: 'd', tableName: 't', codec: 'SNAPPY', caseInsensitive: true, keyOf: {} },
  });
  const functions = {
    invoke: async (_name: string, event: unknown) => {
      const { records } = event as {
        readonly records: readonly { readonly recordId: string; readonly data: string }[];
      };
      return answered({ records: records.map(({ recordId, data }) => ({ recordId, result: 'Ok', data })) });
    },
  };
  const objects = new MemoryObjects();
  const columns = [parseColumn('type', 'string')];
  const runner = new DeliveryRunner({ delivery, kinesis: engine, objects, functions, metrics, clock, columns });
  await runner.start();
  await clock.advance(30_000);
  await putText(engine, '{"type":"a"}');
  await clock.advance(2 * MINUTE);
  await runner.stop();
  return metrics.datapoints;
}

/** Deliveries whose stream is throttled, or whose key does not let them read. */
async function runUnreadableDelivery(): Promise<Datapoint[]> {
  const { engine, clock, metrics } = anEngine();
  const codes = ['AccessDenied', 'Disabled', 'InvalidState', 'NotFound'].map((state) => `KMS${state}Exception`);
  for (const code of [...codes, 'ProvisionedThroughputExceededException']) {
    const GetRecords = () => Promise.reject(new ServiceError(code, 'not now'));
    const kinesis = { ...engine, GetRecords };
    const functions = { invoke: async () => answered() };
    const delivery = aDelivery();
    const runner = new DeliveryRunner({ delivery, kinesis, objects: new MemoryObjects(), functions, metrics, clock });
    await runner.start();
    await clock.advance(2_000);
    await runner.stop().catch(() => undefined);
  }
  return metrics.datapoints;
}

async function runQueue(): Promise<Datapoint[]> {
  const [clock, metrics, stopping] = [new ManualClock(), new RecordedMetrics(), new AbortController()];
  const arn = 'arn:aws:sqs:us-east-1:000000000000:failures';
  const queues = new MemoryQueueService({ queues: [{ name: 'failures', arn }], clock, metrics });
  const running = queues.run(stopping.signal);
  await queues.send(arn, '{}');
  await clock.advance(MINUTE);
  stopping.abort();
  await running;
  return metrics.datapoints;
}

/** A table that is throttled and that fails, as faults on purpose make it. */
async function runTable(): Promise<Datapoint[]> {
  const metrics = new RecordedMetrics();
  const clock = new ManualClock();
  const statuses = [500, 503];
  const tables = new TableService({ tables: [], clock, metrics });
  const { url, close } = await tables.listen(async () => ({ status: statuses.shift() ?? 200, body: '' }));
  const headers = { 'x-amz-target': 'DynamoDB_20120810.PutItem' };
  for (let call = 0; call < 3; call += 1) await fetch(url, { method: 'POST', headers, body: '{"TableName":"state"}' });
  await close();
  return metrics.datapoints;
}

async function runFunctions(): Promise<Datapoint[]> {
  const runtimeLoop = join(folder, 'runtime-loop.cjs');
  const bundle = { bundle: true, platform: 'node', format: 'cjs' } as const;
  buildSync({ entryPoints: ['local/services/lambda/runtime-loop.ts'], outfile: runtimeLoop, ...bundle });
  const metrics = new RecordedMetrics();
  const assetPath = anAsset(folder, 'exports.handler = async () => undefined;');
  const pool = new FunctionPool({
    ...{ functions: [aFunction({ assetPath })], clock: new ManualClock(), metrics, endpoints: {} },
    ...{ logDir: join(folder, 'logs'), runtimeLoop },
  });
  await pool.invoke('fn', {});
  await pool.stop();
  return metrics.datapoints;
}

/** The autoscaler's own metrics, as it writes them to its log and as the lab reads them there. */
async function runAutoscaler(): Promise<Datapoint[]> {
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0);
  const options = { service: SERVICE, namespace: METRIC_NAMESPACE, dimensions: { StreamName: STREAM } };
  lambdaTelemetry(options).measure(Object.fromEntries(Object.values(METRICS).map((name) => [name, 0])));
  write.mockRestore();
  return lines.flatMap((line) => parseEmbeddedMetrics(line));
}

const dimensionsOf = ({ dimensions }: Datapoint) => Object.keys(dimensions).sort();
const title = ({ namespace, dimensions }: WatchedMetrics) => `${namespace} by ${dimensions.join(', ')}`;
const isRun = ({ injected }: WatchedMetrics) => injected === undefined;

test.each(WATCHED.filter(isRun).map((row) => [title(row), row] as const))('the lab emits %s', (_title, row) => {
  const same = emitted.filter(
    (point) => point.namespace === row.namespace && dimensionsOf(point).join() === [...row.dimensions].sort().join(),
  );
  const names = new Set(same.map(({ name }) => name));
  expect(row.names.filter((name) => !names.has(name))).toEqual([]);
});

test('no watched metric is emitted under other dimensions than those listed', () => {
  const known = (point: Datapoint) =>
    WATCHED.filter(({ namespace, names }) => namespace === point.namespace && names.includes(point.name));
  const strays = emitted.filter((point) => {
    const rows = known(point);
    return rows.length > 0 && !rows.some((row) => [...row.dimensions].sort().join() === dimensionsOf(point).join());
  });
  expect(new Set(strays.map((point) => `${point.name} by ${dimensionsOf(point).join(', ')}`))).toEqual(new Set());
});

test.each(WATCHED.filter((row) => !isRun(row)).map((row) => [title(row), row.injected, row] as const))(
  '%s are injected, because %s',
  (_title, _reason, row) => {
    const store = new MetricStore();
    const { namespace } = row;
    const dimensions = Object.fromEntries(row.dimensions.map((name) => [name, 'x']));
    const all = { StreamName: 'x', ...dimensions, More: 'x' };
    for (const name of row.names) {
      expect(emitted.filter((point) => point.namespace === namespace && point.name === name)).toEqual([]);
      store.put({ namespace, name, dimensions, value: 1, atMs: MINUTE });
      const read = (by: Readonly<Record<string, string>>) =>
        store.statistics({ namespace, name, dimensions: by, statistic: 'Sum' }, 0, 2 * MINUTE, MINUTE).get(MINUTE);
      expect(read(dimensions)).toBe(1);
      expect(read(all)).toBeUndefined();
    }
  },
);
