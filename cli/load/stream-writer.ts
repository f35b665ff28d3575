// Puts through the platform's own producer to the lab's endpoint, as any application would; it only waits in lab time.
import type { PutEntry } from '../../core/batching/check-put-entry.js';
import type { Clock } from '../../local/clock.js';
import { awsProducerPorts } from '../../runtime/producer/index.js';
import { type PutOutcome, putEntries } from '../../runtime/producer/put-entries.js';

export interface StreamWriterOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly streamName: string;
  readonly maxRecordBytes: number;
  readonly clock: Clock;
}

export interface StreamWriter {
  /**
   * Puts until the stream has taken every entry, or refused it for good, or `signal` is aborted. Fails when the stream
   * cannot be put to at all.
   */
  put(entries: readonly PutEntry[], signal: AbortSignal): Promise<readonly PutOutcome[]>;
  close(): void;
}

/** First wait after a throttled put, in lab milliseconds: a shard's limits are refilled within a second. */
const RETRY_BASE_MS = 200;
const RETRY_CAP_MS = 2_000;

/** The lab takes any; a profile of the user's is not asked for them. */
const ANY_CREDENTIALS = { accessKeyId: 'lab', secretAccessKey: 'lab' };

/** What the entries are to blame for; anything else would befall every further put too. */
const ENTRY_REFUSALS: ReadonlySet<string> = new Set(['Aborted', 'InvalidArgumentException', 'ValidationException']);

export function createStreamWriter(options: StreamWriterOptions): StreamWriter {
  const { clock, streamName, maxRecordBytes } = options;
  // Its notice on Node versions belongs to whoever installs the SDK, not onto the lab's screen.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const { endpoint, region } = options;
  const ports = awsProducerPorts({ endpoint, region, credentials: ANY_CREDENTIALS, requestTimeoutMs: 60_000 });
  const labPorts = {
    ...ports,
    putRecords: (name: string, entries: readonly PutEntry[]) => clock.hold(() => ports.putRecords(name, entries)),
    sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal).catch(() => undefined),
  };
  const patience = { maxAttempts: Number.POSITIVE_INFINITY, retryBaseMs: RETRY_BASE_MS, retryCapMs: RETRY_CAP_MS };
  return {
    async put(entries, signal) {
      const outcomes = await putEntries(labPorts, streamName, entries, { ...patience, maxRecordBytes, signal });
      for (const outcome of outcomes) {
        if (outcome.kind === 'put' || outcome.attempts === 0 || ENTRY_REFUSALS.has(outcome.errorCode)) continue;
        throw new Error(`put records to '${streamName}' failed: ${outcome.errorCode}: ${outcome.message}`);
      }
      return outcomes;
    },
    close: () => ports.close(),
  };
}
