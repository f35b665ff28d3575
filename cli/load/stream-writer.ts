// Puts through the platform's own producer to the lab's endpoint, as any application would; it only waits in lab time.
import type { PutEntry } from '../../core/batching/check-put-entry.js';
import type { Clock } from '../../local/clock.js';
import { awsProducerPorts, type PutOutcome, putEntries } from '../../runtime/producer/index.js';

export interface StreamWriterOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly streamName: string;
  readonly maxRecordBytes: number;
  readonly clock: Clock;
}

export interface StreamWriter {
  /** Puts until the stream has taken every entry, or refused it for good, or `signal` is aborted. */
  put(entries: readonly PutEntry[], signal: AbortSignal): Promise<readonly PutOutcome[]>;
  close(): void;
}

/** First wait after a throttled put, in lab milliseconds: a shard's limits are refilled within a second. */
const RETRY_BASE_MS = 200;
const RETRY_CAP_MS = 2_000;

export function createStreamWriter(options: StreamWriterOptions): StreamWriter {
  const { clock, streamName, maxRecordBytes } = options;
  // The lab takes any credentials; the SDK wants some.
  process.env.AWS_ACCESS_KEY_ID ??= 'lab';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'lab';
  // Its notice on Node versions belongs to whoever installs the SDK, not onto the lab's screen.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const ports = awsProducerPorts({ endpoint: options.endpoint, region: options.region, requestTimeoutMs: 60_000 });
  const labPorts = {
    ...ports,
    putRecords: (name: string, entries: readonly PutEntry[]) => clock.hold(() => ports.putRecords(name, entries)),
    sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal).catch(() => undefined),
  };
  const patience = { maxAttempts: Number.POSITIVE_INFINITY, retryBaseMs: RETRY_BASE_MS, retryCapMs: RETRY_CAP_MS };
  return {
    put: (entries, signal) => putEntries(labPorts, streamName, entries, { ...patience, maxRecordBytes, signal }),
    close: () => ports.close(),
  };
}
