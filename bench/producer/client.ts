// A client in a process of its own for the producer bench: puts records in one way and tells what that cost this process.
import { randomBytes, randomUUID } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { KinesisClient, PutRecordCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { PUT_PAYLOAD_UNIT_BYTES, PUT_RECORDS_MAX_RECORDS } from '../../core/limits.js';
import type { UserRecord } from '../../core/records/aggregated/user-record.js';
import { recordBytes } from '../../core/records/record-size.js';
import { createProducer } from '../../runtime/producer/index.js';
import { STREAM } from '../engine/traffic.js';
import { DATA_BYTES, type Done, type Way, type Work } from './work.js';

/** Part of the work that is done before, and not measured. */
const WARM_UP = 0.2;

/** Keys of 36 characters; each comes back after this many others. */
const KEYS = 50_000;

const CREDENTIALS = { accessKeyId: 'lab', secretAccessKey: 'lab' };
const REGION = 'us-east-1';

/** Puts records, and returns their payload units. */
type Put = (records: Iterable<UserRecord>) => Promise<number>;

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
let connections = 0;
subscribe('net.client.socket', () => {
  connections += 1;
});

process.send!({ ready: true });
process.on('SIGINT', () => process.exit());
process.on('message', async ({ way, url, records }: Work) => {
  const pool = Array.from({ length: Math.min(KEYS, records) }, () => ({
    partitionKey: randomUUID(),
    data: randomBytes(DATA_BYTES),
  }));
  const put = WAYS[way](url);
  await put(take(pool, Math.ceil(records * WARM_UP)));
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  const payloadUnits = await put(take(pool, records));
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  process.send!({ cpuMicroseconds: user + system, wallMs, connections, payloadUnits } satisfies Done);
});

function* take(pool: readonly UserRecord[], count: number): Generator<UserRecord> {
  for (let i = 0; i < count; i += 1) yield pool[i % pool.length]!;
}

const WAYS: Readonly<Record<Way, (url: string) => Put>> = {
  aggregated: (url) => byProducer(url, 'by-shard'),
  single: (url) => byProducer(url, 'off'),
  plain(url) {
    const client = plainClient(url);
    return async (records) => {
      let units = 0;
      for (const { partitionKey, data } of records) {
        await client.send(new PutRecordCommand({ StreamName: STREAM, PartitionKey: partitionKey, Data: data }));
        units += unitsOf({ partitionKey, data });
      }
      return units;
    };
  },
  'plain-batches'(url) {
    const client = plainClient(url);
    return async (records) => {
      let units = 0;
      let Records: { PartitionKey: string; Data: Uint8Array }[] = [];
      const send = async () => {
        const reply = await client.send(new PutRecordsCommand({ StreamName: STREAM, Records }));
        if (reply.FailedRecordCount) throw new Error('PutRecords failed for some records');
        Records = [];
      };
      for (const { partitionKey, data } of records) {
        Records.push({ PartitionKey: partitionKey, Data: data });
        units += unitsOf({ partitionKey, data });
        if (Records.length === PUT_RECORDS_MAX_RECORDS) await send();
      }
      if (Records.length > 0) await send();
      return units;
    };
  },
};

function byProducer(endpoint: string, aggregation: 'off' | 'by-shard'): Put {
  const producer = createProducer({
    streamName: STREAM,
    endpoint,
    region: REGION,
    credentials: CREDENTIALS,
    aggregation,
    // The engine runs without limits: what is measured is the client.
    shardRatePercent: Number.POSITIVE_INFINITY,
  });
  return async (records) => {
    const before = producer.metrics().payloadUnits;
    const { spilled, failed } = await producer.putAll(records);
    if (spilled + failed > 0) throw new Error('some records were not put');
    return producer.metrics().payloadUnits - before;
  };
}

/** As the SDK comes: only where it goes to is said. */
function plainClient(endpoint: string): KinesisClient {
  return new KinesisClient({ endpoint, region: REGION, credentials: CREDENTIALS });
}

function unitsOf({ data, partitionKey }: UserRecord): number {
  return Math.ceil(recordBytes(data, partitionKey) / PUT_PAYLOAD_UNIT_BYTES);
}
