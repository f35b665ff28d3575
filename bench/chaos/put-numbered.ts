// The load of a chaos run: several producers, each with keys of its own, put numbered records at a steady pace. No put
// holds two records of a key, since PutRecords may refuse the first and take the second.
import { setTimeout as wait } from 'node:timers/promises';
import { inLabTime } from '../../cli/load/stream-writer.js';
import { PUT_RECORDS_MAX_RECORDS } from '../../core/limits.js';
import { seededRandom } from '../../core/records/seeded-random.js';
import type { Clock } from '../../local/clock.js';
import { awsProducerPorts, createProducerOn, type ProducerPorts } from '../../runtime/producer/index.js';
import type { ChaosRecorder } from './chaos-recorder.js';

export const PRODUCERS = 6;
export const KEYS_PER_PRODUCER = 150;

/** Lab time between two puts of a producer. */
const PACE_MS = 1_500;

/** Bytes that pad each record, at most. */
const MAX_PADDING = 200;

export interface PutNumberedOptions {
  readonly seed: number;
  readonly records: number;
  readonly endpoint: string;
  readonly region: string;
  readonly streamName: string;
  readonly clock: Clock;
  readonly recorder: ChaosRecorder;
}

/** One record of the load. */
export interface NumberedRecord {
  readonly key: number;
  readonly number: number;
  readonly data: Buffer;
}

/** Resolves when every record was acknowledged. */
export async function putNumbered(options: PutNumberedOptions): Promise<void> {
  const { endpoint, region } = options;
  process.env.AWS_ACCESS_KEY_ID ??= 'lab';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'lab';
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const ports = awsProducerPorts({ endpoint, region, requestTimeoutMs: 60_000 });
  try {
    const shares = Array.from({ length: PRODUCERS }, (_, producer) => shareOf(options.records, producer));
    await Promise.all(shares.map((records, producer) => produce(options, ports, producer, records)));
  } finally {
    ports.close();
  }
}

function shareOf(records: number, producer: number): number {
  return Math.floor((records * (producer + 1)) / PRODUCERS) - Math.floor((records * producer) / PRODUCERS);
}

async function produce(
  { seed, streamName, clock, recorder }: PutNumberedOptions,
  ports: ProducerPorts,
  producer: number,
  records: number,
): Promise<void> {
  const random = seededRandom(seed * PRODUCERS + producer);
  const putter = createProducerOn({ ...inLabTime(ports, clock), random, close: () => undefined }, streamName, {
    retryCapMs: 2_000,
    recordTtlMs: Number.POSITIVE_INFINITY,
    // The shards refuse what is too much for them, which is part of what a run is for.
    shardRatePercent: Number.POSITIVE_INFINITY,
  });
  for (const batch of batchesOf(seed, producer, records)) {
    const entries = batch.map(({ key, data }) => ({ partitionKey: String(key), data }));
    const putting = Promise.all(entries.map((entry) => putter.put(entry)));
    await putter.flush();
    const outcomes = await putting;
    const acked = batch.filter((_, at) => outcomes[at]?.kind === 'put');
    recorder.write({ e: 'acked', records: acked.flatMap(({ key, number }) => [key, number]) });
    const failed = outcomes.find((outcome) => outcome.kind === 'failed');
    if (failed?.kind === 'failed')
      throw new Error(`put numbered records failed: ${failed.errorCode}: ${failed.message}`);
    await clock.sleep(PACE_MS);
    // Lets the lab's readers have their turn, however fast the clock.
    await wait(0);
  }
}

/** What a producer puts, put by put: the same for the same seed. */
export function* batchesOf(seed: number, producer: number, records: number): Generator<readonly NumberedRecord[]> {
  const random = seededRandom((seed * PRODUCERS + producer) ^ 0x5bd1e995);
  const numbers = new Array<number>(KEYS_PER_PRODUCER).fill(0);
  for (let left = records; left > 0; ) {
    const size = Math.min(left, PUT_RECORDS_MAX_RECORDS, 1 + Math.floor(random() * KEYS_PER_PRODUCER));
    const first = Math.floor(random() * KEYS_PER_PRODUCER);
    yield Array.from({ length: size }, (_, at) => {
      const index = (first + at) % KEYS_PER_PRODUCER;
      const number = numbers[index]!;
      numbers[index] = number + 1;
      const key = producer * KEYS_PER_PRODUCER + index;
      return { key, number, data: Buffer.from(`${key} ${number} ${'.'.repeat(Math.floor(random() * MAX_PADDING))}`) };
    });
    left -= size;
  }
}
