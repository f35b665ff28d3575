import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { digestKey, type SkewReport } from '../../../core/sharding/traffic-skew.js';
import { createProducer, type ProducerEvent, type ProducerOptions } from '../../../runtime/producer/index.js';
import { aKinesisEndpoint, type KinesisAtEndpoint } from '../../support/a-kinesis-endpoint.js';
import { STREAM } from '../../support/an-engine.js';

const KEYS = 400;
const SHARDS = 4;
const SHARD_PERCENT = 100 / SHARDS;

let kinesis: KinesisAtEndpoint;

beforeEach(async () => {
  kinesis = await aKinesisEndpoint(SHARDS);
});
afterEach(() => kinesis.close());

/** Puts one record of each of many keys, and as many of one key again; returns what was told of it. */
async function putWithHotKey(settings: Partial<ProducerOptions>) {
  const events: ProducerEvent[] = [];
  const lines: string[] = [];
  const producer = createProducer({
    ...{ streamName: STREAM, endpoint: kinesis.url, region: 'us-east-1' },
    ...{ credentials: { accessKeyId: 'lab', secretAccessKey: 'lab' }, lingerMs: 5 },
    ...{ onEvent: (event) => events.push(event), embeddedMetrics: { write: (line) => lines.push(line) } },
    ...settings,
  });
  const data = Buffer.alloc(100);
  // The first record waits for the shards, so that each of the others is known to go to one of them.
  await producer.put({ partitionKey: 'key-0', data });
  const puts = [];
  for (let n = 1; n < KEYS; n += 1) {
    puts.push(producer.put({ partitionKey: `key-${n}`, data }), producer.put({ partitionKey: 'hot', data }));
  }
  const outcomes = await Promise.all(puts);
  await producer.close();
  const report = events.find((event): event is { type: 'skew'; report: SkewReport } => event.type === 'skew')?.report;
  const shards = outcomes.map((outcome) => (outcome.kind === 'put' ? outcome.shardId : ''));
  return { report, metrics: JSON.parse(lines.at(-1)!), hotShard: shards[1] };
}

test('a shard that one key makes twice as busy as it should be is named, and so is the key, by its digest', async () => {
  const { report, metrics, hotShard } = await putWithHotKey({ skew: true });
  expect(report!.keys[0]!.name).toBe(digestKey('hot'));
  expect(report!.keys[0]!.recordsPercent).toBeCloseTo(50, 0);
  expect(report!.shards[0]!.name).toBe(hotShard);
  expect(report!.shards[0]!.recordsPercent).toBeGreaterThan(2 * SHARD_PERCENT);
  expect(JSON.stringify(report)).not.toContain('hot"');
  expect(metrics.HottestKeyPercent).toBeCloseTo(50, 0);
  expect(metrics.HottestShardPercent).toBeCloseTo(report!.shards[0]!.recordsPercent, 0);
});

test('the key itself is shown to whoever asks for it', async () => {
  const { report } = await putWithHotKey({ skew: { nameKey: (key) => key } });
  expect(report!.keys[0]!.name).toBe('hot');
});

test('nothing is told of keys unless asked', async () => {
  const { report, metrics } = await putWithHotKey({});
  expect(report).toBeUndefined();
  expect(metrics).not.toHaveProperty('HottestKeyPercent');
});
