// A worker on AWS: what a program runs that consumes a stream outside Lambda.
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { keepAliveHandler } from '../transport/keep-alive-handler.js';
import { kinesisStream } from './stream-aws.js';
import { dynamoLeaseTable } from './table-aws.js';
import { startWorkerOn, type Worker } from './worker.js';
import type { WorkerSettings } from './worker-options.js';

/** Where to reach one of the services. */
export interface ServiceOptions {
  /** @default - AWS_ENDPOINT_URL_KINESIS or AWS_ENDPOINT_URL_DYNAMODB, else the Region's own */
  readonly endpoint?: string;
}

export interface WorkerOptions extends WorkerSettings {
  /** Stream to read. */
  readonly streamName: string;

  /** Table of the leases, with the string keys `application` and `item`, as `KclService` makes it. */
  readonly tableName: string;

  /** Name of the application: workers of one name share its shards, each name reads the whole stream. */
  readonly applicationName: string;

  /**
   * Registered consumer to read as, by enhanced fan-out.
   *
   * @default - the shards are polled
   */
  readonly consumerArn?: string;

  /**
   * Time between two polls of a shard that had nothing more. While it has more it is polled four times a second.
   *
   * @default 1000
   */
  readonly pollIntervalMs?: number;

  /** @default - as the SDK finds it: AWS_REGION, then the profile */
  readonly region?: string;

  /** @default - as the SDK finds them: the profile, the environment, the role */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };

  /** @default - see `ServiceOptions` */
  readonly kinesis?: ServiceOptions;

  /** @default - see `ServiceOptions` */
  readonly dynamodb?: ServiceOptions;
}

/**
 * Starts a worker. It reads at once, shares the shards with the other workers of its application, and goes on until it is
 * stopped.
 */
export function runWorker(options: WorkerOptions): Worker {
  const { streamName, tableName, applicationName, consumerArn, region, credentials, ...rest } = options;
  const { pollIntervalMs = 1_000, kinesis = {}, dynamodb = {}, ...settings } = rest;
  const common = { ...(region === undefined ? {} : { region }), ...(credentials === undefined ? {} : { credentials }) };
  const client = new KinesisClient({ ...common, ...kinesis, requestHandler: keepAliveHandler() });
  const pushClient = new KinesisClient({ ...common, ...kinesis });
  const tables = new DynamoDBClient({ ...common, ...dynamodb, requestHandler: keepAliveHandler() });
  const time = {
    nowMs: Date.now,
    random: Math.random,
    sleep: (ms: number, signal?: AbortSignal) => wait(ms, undefined, { signal }).catch(() => undefined),
  };
  const stream = kinesisStream({ streamName, consumerArn, pollIntervalMs, client, pushClient, time });
  const close = () => {
    for (const it of [client, pushClient, tables]) it.destroy();
  };
  return startWorkerOn(
    { ...time, stream, table: dynamoLeaseTable(tables, tableName, applicationName), close },
    settings,
  );
}
