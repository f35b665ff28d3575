// What the delivery transform and whoever deploys it agree on. Imports nothing.

export const SERVICE = 'transform';
export const METRIC_NAMESPACE = 'KinesisPlatform';

/** It needs no environment variables. */
export const ENV_KEYS = [] as const;
export type TransformEnv = Readonly<Record<(typeof ENV_KEYS)[number], string>>;

/** Metrics with the dimensions `service` and `FunctionName`; a sum of zero is emitted too. */
export const METRICS = {
  recordsProcessed: 'RecordsProcessed',
  recordsFailed: 'RecordsFailed',
} as const;

/** Event of a Firehose data transformation, what the function reads of it. */
export interface TransformEvent {
  readonly records: readonly { readonly recordId: string; readonly data: string }[];
}

/** Reply: every record id once, in the order it came. */
export interface TransformReply {
  readonly records: readonly TransformedRecord[];
}

export interface TransformedRecord {
  readonly recordId: string;
  readonly result: 'Ok' | 'ProcessingFailed';
  /** Base64; of a failed record the bytes as they came. */
  readonly data: string;
}
