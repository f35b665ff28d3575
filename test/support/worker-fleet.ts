// Workers of one application over the lab's engine in virtual time, load that tells its order, and a log of effects.
import { seededRandom } from '../../core/records/seeded-random.js';
import { createKinesisEngine } from '../../local/engine/engine.js';
import type { KinesisBatch } from '../../runtime/consumer/kinesis-event.js';
import type { LeaseTable } from '../../runtime/worker/ports.js';
import { startWorkerOn, type Worker } from '../../runtime/worker/worker.js';
import type { WorkerEvent } from '../../runtime/worker/worker-events.js';
import type { WorkerSettings } from '../../runtime/worker/worker-options.js';
import { STREAM } from './an-engine.js';
import { clockOf } from './engine-ports.js';
import { memoryLeases } from './memory-leases.js';
import { VirtualTime } from './virtual-time.js';
import { engineWorkerPorts } from './worker-ports.js';

export interface Effect {
  readonly workerId: string;
  readonly key: string;
  readonly number: number;
  readonly bytes: number;
  readonly atMs: number;
}

interface Member {
  readonly worker: Worker;
  readonly killed: AbortController;
}

export type FleetEvent = WorkerEvent & { readonly by: string; readonly atMs: number };

const KEYS = 640;
const PUT_RECORDS = 320;
const PUT_INTERVAL_MS = 1_000;

export interface FleetSettings extends Partial<WorkerSettings> {
  /** Name of a registered consumer to read as. */
  readonly consumer?: string | undefined;
  /** Time that a batch takes; a few milliseconds without it. */
  readonly handleMs?: number;
  /** Share of the table's calls that fail, half of them after they were carried out. */
  readonly tableFailures?: number;
}

export function aFleet(shards: number, seed: number, fleetSettings: FleetSettings = {}) {
  const { consumer, handleMs, tableFailures = 0, ...settings } = fleetSettings;
  const time = new VirtualTime();
  const random = seededRandom(seed);
  const engine = createKinesisEngine({
    clock: clockOf(time),
    metrics: { put: () => undefined },
    identity: { accountId: '000000000000', region: 'us-east-1' },
    timings: { reshardMs: 1_000 },
  });
  engine.openStream({ StreamName: STREAM, ShardCount: shards });
  const StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${STREAM}`;
  const consumerArn = consumer && engine.openConsumer({ StreamARN, ConsumerName: consumer });
  const leases = memoryLeases();
  const table = failingNowAndThen(leases.table, () => random() < tableFailures / 2);
  const members = new Map<string, Member>();
  const effects: Effect[] = [];
  const events: FleetEvent[] = [];
  /** Shards that a handler has now: two at once would be two owners. */
  const busy = new Set<string>();
  const overlaps: string[] = [];
  const sent = new Map<string, number>();
  const sending = new AbortController();
  let first = 0;

  async function handle(workerId: string, killed: AbortSignal, batch: KinesisBatch): Promise<void> {
    const shardId = batch.Records[0]!.eventID.split(':')[0]!;
    if (busy.has(shardId)) overlaps.push(`${shardId} at ${workerId}`);
    busy.add(shardId);
    await time.sleep(handleMs ?? 5 + random() * 20);
    busy.delete(shardId);
    if (killed.aborted) await new Promise(() => undefined);
    for (const { kinesis } of batch.Records) {
      const data = Buffer.from(kinesis.data, 'base64');
      const [key, number] = data.toString().split(' ');
      effects.push({ workerId, key: key!, number: Number(number), bytes: data.length, atMs: time.nowMs() });
    }
  }

  async function putOnce(): Promise<void> {
    first = (first + PUT_RECORDS) % KEYS;
    const keys = Array.from({ length: PUT_RECORDS }, (_, i) => `key-${first + i}`);
    const { Records = [] } = await engine.PutRecords({
      StreamName: STREAM,
      Records: keys.map((key) => ({
        PartitionKey: key,
        Data: Buffer.from(`${key} ${sent.get(key) ?? 0} `.padEnd(1_000, '.')),
      })),
    });
    for (const [i, key] of keys.entries()) if (Records[i]!.SequenceNumber) sent.set(key, (sent.get(key) ?? 0) + 1);
  }

  return {
    ...{ time, engine, leases, effects, events, overlaps, sent, members },
    add(workerId: string): Worker {
      const killed = new AbortController();
      const ports = engineWorkerPorts({
        ...{ engine, time, table, random, killed: killed.signal },
        ...(consumerArn === undefined ? {} : { consumerArn }),
      });
      const worker = startWorkerOn(ports, {
        workerId,
        handler: (batch) => handle(workerId, killed.signal, batch),
        onEvent: (event) => events.push({ ...event, by: workerId, atMs: time.nowMs() }),
        ...settings,
      });
      members.set(workerId, { worker, killed });
      return worker;
    },
    /** As `kill -9`: nothing that it has begun ends. */
    kill(workerId: string): void {
      members.get(workerId)!.killed.abort();
      members.delete(workerId);
      for (const shard of [...leases.leases.values()]) if (shard.owner === workerId) busy.delete(shard.shardId);
    },
    async send(): Promise<void> {
      while (!sending.signal.aborted) {
        await putOnce();
        await time.sleep(PUT_INTERVAL_MS, sending.signal);
      }
    },
    stopSending: () => sending.abort(),
    pass: (ms: number) => time.until(time.sleep(ms)),
    /** Runs until everything that was sent has had its effect. */
    async settle(limitMs = 60_000): Promise<void> {
      const missing = () => {
        const done = new Set(effects.map(({ key, number }) => `${key} ${number}`)).size;
        return [...sent.values()].reduce((sum, count) => sum + count, 0) - done;
      };
      for (let passed = 0; missing() > 0 && passed < limitMs; passed += 1_000) await time.until(time.sleep(1_000));
    },
    async stop(): Promise<void> {
      await time.until(Promise.all([...members.values()].map(({ worker }) => worker.stop())));
      engine.close();
    },
  };
}

function failingNowAndThen(table: LeaseTable, fails: () => boolean): LeaseTable {
  const calls = Object.entries(table).map(([name, call]) => [
    name,
    async (...args: unknown[]) => {
      if (fails()) throw new Error('before');
      const result = await call(...args);
      if (fails()) throw new Error('after');
      return result;
    },
  ]);
  return Object.fromEntries(calls) as LeaseTable;
}

/** What was done more than once, by the worker that did it first. */
export function repeatsOf(effects: readonly Effect[]): Effect[] {
  const first = new Map<string, Effect>();
  const repeated: Effect[] = [];
  for (const effect of effects) {
    const id = `${effect.key} ${effect.number}`;
    const before = first.get(id);
    if (before) repeated.push(before);
    else first.set(id, effect);
  }
  return repeated;
}

/** Keys whose records did not take effect one after the other, repeats left out. */
export function keysOutOfOrder(effects: readonly Effect[]): string[] {
  const next = new Map<string, number>();
  const wrong = new Set<string>();
  for (const { key, number } of effects) {
    const expected = next.get(key) ?? 0;
    if (number > expected) wrong.add(key);
    if (number === expected) next.set(key, expected + 1);
  }
  return [...wrong];
}

/** Bytes that each of these workers handled since a time, in parts of an even share. */
export function sharesOf(effects: readonly Effect[], workers: readonly string[], sinceMs: number): number[] {
  const bytes = workers.map((id) =>
    effects.reduce((sum, it) => (it.workerId === id && it.atMs >= sinceMs ? sum + it.bytes : sum), 0),
  );
  const even = bytes.reduce((a, b) => a + b, 0) / workers.length;
  return bytes.map((it) => it / even);
}
