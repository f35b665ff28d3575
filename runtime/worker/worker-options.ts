// What a worker can be told, and what it does untold.
import type { BatchResponse } from '../../core/batching/render-batch-response.js';
import type { KinesisBatch, KinesisEventRecord } from '../consumer/kinesis-event.js';
import type { WorkerEvent } from './worker-events.js';

/** What a handler is given beside the batch, as in Lambda. */
export interface WorkerContext {
  /** Time until `batchTimeoutMs` is over. Nothing ends a handler that takes longer, but its shard cannot move meanwhile. */
  getRemainingTimeInMillis(): number;
}

/** A function for batches of one shard: one made by `createConsumer`, or any Lambda handler of a stream. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler without partial results returns nothing
export type BatchHandler = (batch: KinesisBatch, context: WorkerContext) => Promise<BatchResponse | void>;

/** What becomes of a record that fails again and again. */
export interface Discard {
  /** Attempts in a row on one record, the first included, before it is discarded. */
  readonly afterAttempts: number;
  /** Keeps the record somewhere. The shard goes on once it has resolved. */
  put(record: KinesisEventRecord): Promise<void>;
}

export interface WorkerSettings {
  /** Handles the batches. */
  readonly handler: BatchHandler;

  /**
   * Name of this worker among those of the application; no two at once may have the same.
   *
   * @default - a random one
   */
  readonly workerId?: string;

  /**
   * Where an application without leases begins: the oldest record there is, records that come from now on, or a time.
   * It is stored at the first start; later starts go on where the application was.
   *
   * @default 'oldest'
   */
  readonly startAt?: 'oldest' | 'newest' | Date;

  /**
   * Most records of one batch.
   *
   * @default 1000
   */
  readonly batchSize?: number;

  /**
   * Time that a handler is told it has for a batch.
   *
   * @default 60000
   */
  readonly batchTimeoutMs?: number;

  /**
   * Time after which the leases of a worker that gives no sign of life go to others. A worker writes four signs in it.
   *
   * @default 10000
   */
  readonly leaseDurationMs?: number;

  /**
   * Time between two checkpoints of a shard, which is what a crash repeats. Each is one write of the table.
   *
   * @default 5000
   */
  readonly checkpointIntervalMs?: number;

  /**
   * Time between two looks at the stream's shards, by one of the workers. Children of a shard are found when it ends.
   *
   * @default 60000
   */
  readonly shardSyncIntervalMs?: number;

  /**
   * Handoffs to one worker that may be under way at once.
   *
   * @default 4
   */
  readonly handoffsAtOnce?: number;

  /**
   * Longest wait before a batch that failed is tried again. Waits begin at a tenth of a second and double.
   *
   * @default 30000
   */
  readonly retryCapMs?: number;

  /**
   * Lets a shard go on after a record that fails again and again.
   *
   * @default - the record is tried until it is done, and what is behind it waits
   */
  readonly discard?: Discard;

  /**
   * Hears what happens. Whatever it throws is ignored.
   *
   * @default - nobody
   */
  readonly onEvent?: (event: WorkerEvent) => void;
}

const DEFAULTS = {
  startAt: 'oldest',
  batchSize: 1_000,
  batchTimeoutMs: 60_000,
  leaseDurationMs: 10_000,
  checkpointIntervalMs: 5_000,
  shardSyncIntervalMs: 60_000,
  handoffsAtOnce: 4,
  retryCapMs: 30_000,
} as const;

export type ResolvedWorkerSettings = Required<Omit<WorkerSettings, 'discard' | 'onEvent' | 'workerId'>> &
  Pick<WorkerSettings, 'discard' | 'onEvent' | 'workerId'>;

const LEAST = {
  batchSize: 1,
  batchTimeoutMs: 1,
  leaseDurationMs: 1_000,
  checkpointIntervalMs: 0,
  shardSyncIntervalMs: 1_000,
  handoffsAtOnce: 1,
  retryCapMs: 0,
} as const;

/** Fills in the defaults; throws on a number that cannot be. */
export function resolveWorkerSettings(settings: WorkerSettings): ResolvedWorkerSettings {
  const resolved = { ...DEFAULTS, ...definedOf(settings) };
  for (const [name, least] of Object.entries(LEAST) as [keyof typeof LEAST, number][]) {
    requireWhole(name, resolved[name], least);
  }
  if (resolved.discard) requireWhole('discard.afterAttempts', resolved.discard.afterAttempts, 1);
  return resolved;
}

function definedOf(settings: WorkerSettings): WorkerSettings {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as unknown as WorkerSettings;
}

function requireWhole(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new Error(`'${name}' must be a whole number of at least ${least}, got ${value}; give ${least} or more`);
}
