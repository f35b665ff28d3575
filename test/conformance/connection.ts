// SDK clients for an endpoint that runs on wall time, or for AWS itself.
import { setTimeout as sleep } from 'node:timers/promises';
import { Kinesis, type KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Reach } from './subject.js';

/** An endpoint that rules can run against. */
export interface Connection {
  readonly reach: Reach;
  /** Whether its time passes only when a rule says so. */
  readonly drivesTime: boolean;
  close(): Promise<void>;
}

/** Connects to the endpoint at this URL; to AWS, with the caller's own credentials and Region, when it is `aws`. */
export function connect(endpoint: string): Connection {
  const config: KinesisClientConfig = { maxAttempts: 1, ...(endpoint === 'aws' ? {} : local(endpoint)) };
  const client = new Kinesis({ ...config, requestHandler: new NodeHttpHandler() });
  const http2 = new Kinesis(config);
  return {
    reach: { client, http2, sleep: (ms) => sleep(ms), nowMs: () => Date.now() },
    drivesTime: false,
    async close() {
      client.destroy();
      http2.destroy();
    },
  };
}

function local(endpoint: string): KinesisClientConfig {
  return {
    endpoint,
    region: process.env.AWS_REGION ?? 'us-east-1',
    credentials: { accessKeyId: 'conformance', secretAccessKey: 'conformance' },
  };
}
