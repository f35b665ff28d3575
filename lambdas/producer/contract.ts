// What the producer function and whoever deploys or invokes it agree on. Imports nothing.

export const SERVICE = 'producer';
export const METRIC_NAMESPACE = 'KinesisPlatform';

/** Environment variables that the function needs, all of them. */
export const ENV_KEYS = ['STREAM_NAME'] as const;
export type ProducerEnv = Readonly<Record<(typeof ENV_KEYS)[number], string>>;

/** Metrics with the dimensions `service` and `FunctionName`; a sum of zero is emitted too. */
export const METRICS = {
  recordsPut: 'RecordsPut',
  recordsNotPut: 'RecordsNotPut',
} as const;

/** One event as a caller hands it in; checked one by one. */
export interface ProducerEvent {
  readonly id: string;
  /** ISO 8601. */
  readonly time: string;
  readonly type: string;
  /** Partition key of the record. */
  readonly key: string;
  readonly payload: { readonly [field: string]: unknown };
}

/**
 * Input of the function: events to put, or a number of them to generate.
 *
 * A scheduled EventBridge event, which has neither, generates `DEFAULT_GENERATED_COUNT` events seeded by its own time.
 */
export interface ProducerInput {
  readonly events?: readonly unknown[];
  readonly generate?: { readonly count: number; readonly seed: number };
}

/** Events that a run on a schedule puts. */
export const DEFAULT_GENERATED_COUNT = 100;

/** Most events that one invocation generates: about what it can put within a minute on one shard. */
export const MAX_GENERATED_COUNT = 50_000;

export interface ProducerOutput {
  readonly put: number;
  /** Accepted by the schema, not by the stream, after all attempts. */
  readonly failed: readonly { readonly id: string; readonly errorCode: string }[];
  /** Refused by the schema; `id` is `#<position>` where the event has none. */
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
}
