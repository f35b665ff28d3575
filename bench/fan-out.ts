// How soon a record that was put reaches an enhanced fan-out subscriber: the SDK's own client, as it comes, on both ends.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeStreamConsumerCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} from '@aws-sdk/client-kinesis';
import { type Bench, round } from './bench.js';
import { startServer } from './engine/processes.js';
import { STREAM } from './engine/traffic.js';

const RECORDS_PER_SECOND = 1_000;
const BATCH = 10;
const SECONDS = 10;
const RECORD_BYTES = 100;
/** The first second opens connections and warms both processes up. */
const WARM_UP_RECORDS = RECORDS_PER_SECOND;

export const fanOut: Bench = {
  name: 'fan-out',
  async run() {
    const server = await startServer('engine-with-limits');
    const client = new KinesisClient({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    });
    const latencies: number[] = [];
    try {
      await subscribe(client, latencies);
      const seconds = await putEvenly(client);
      const total = RECORDS_PER_SECOND * SECONDS;
      for (let waited = 0; latencies.length < total && waited < 5_000; waited += 10) await sleep(10);
      if (latencies.length !== total) throw new Error(`${total} records put, ${latencies.length} pushed`);
      const sorted = latencies.slice(WARM_UP_RECORDS).sort((a, b) => a - b);
      const json = {
        recordsPerSecond: round(total / seconds, 0),
        p50Ms: round(sorted[Math.floor(sorted.length * 0.5)]!, 1),
        p99Ms: round(sorted[Math.floor(sorted.length * 0.99)]!, 1),
      };
      return {
        json,
        table: [['fan-out', 'value'], ...Object.entries(json).map(([name, value]) => [name, String(value)])],
      };
    } finally {
      client.destroy();
      await server.stop();
    }
  },
};

/** Subscribes to every shard; each record that arrives adds the time since it was put. */
async function subscribe(client: KinesisClient, latencies: number[]): Promise<void> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: STREAM }));
  const StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${STREAM}`;
  const { Consumer } = await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'bench' }));
  const { ConsumerARN } = Consumer!;
  for (let status = ''; status !== 'ACTIVE'; await sleep(50)) {
    const described = await client.send(new DescribeStreamConsumerCommand({ ConsumerARN }));
    status = described.ConsumerDescription!.ConsumerStatus!;
  }
  for (const { ShardId } of Shards) {
    const StartingPosition = { Type: 'LATEST' } as const;
    const { EventStream } = await client.send(new SubscribeToShardCommand({ ConsumerARN, ShardId, StartingPosition }));
    void read(EventStream!, latencies);
  }
}

type Pushes = AsyncIterable<{
  readonly SubscribeToShardEvent?: { readonly Records?: { readonly Data?: Uint8Array }[] };
}>;

async function read(pushes: Pushes, latencies: number[]): Promise<void> {
  try {
    for await (const { SubscribeToShardEvent } of pushes) {
      const nowMs = performance.now();
      for (const { Data } of SubscribeToShardEvent?.Records ?? []) {
        latencies.push(nowMs - Number.parseFloat(Buffer.from(Data!).toString('latin1')));
      }
    }
  } catch {
    // The server ended with the bench; a subscription that ends early leaves records out of the count.
  }
}

/** Puts batches at even times, whatever the replies take; returns the seconds it took. */
async function putEvenly(client: KinesisClient): Promise<number> {
  const startMs = performance.now();
  const puts: Promise<unknown>[] = [];
  for (let sent = 0; sent < RECORDS_PER_SECOND * SECONDS; sent += BATCH) {
    const dueMs = startMs + (sent / RECORDS_PER_SECOND) * 1_000;
    if (dueMs > performance.now()) await sleep(dueMs - performance.now());
    const Records = Array.from({ length: BATCH }, (_, i) => ({
      PartitionKey: `key-${sent + i}`,
      Data: Buffer.from(String(performance.now()).padEnd(RECORD_BYTES)),
    }));
    puts.push(client.send(new PutRecordsCommand({ StreamName: STREAM, Records })));
  }
  await Promise.all(puts);
  return (performance.now() - startMs) / 1_000;
}
