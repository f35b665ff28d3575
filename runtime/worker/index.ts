// The worker's part of `cdk-kinesis-platform/consumer`: consuming a stream outside Lambda.
export { runWorker, type ServiceOptions, type WorkerOptions } from './run-worker.js';
export { LEASE_TABLE_KEYS } from './table-aws.js';
export type { Worker } from './worker.js';
export type { WorkerEvent, WorkerMetrics } from './worker-events.js';
export type { BatchHandler, Discard, WorkerContext, WorkerSettings } from './worker-options.js';
