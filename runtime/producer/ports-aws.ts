// The producer's port on AWS. The SDK stops here.
import { setTimeout as wait } from 'node:timers/promises';
import { KinesisClient, PutRecordsCommand, type PutRecordsResultEntry, type Shard } from '@aws-sdk/client-kinesis';
import type { PutEntry } from '../../core/batching/check-put-entry.js';
import { hashText, type MappedShard } from '../../core/sharding/shard-map.js';
import { keepAliveHandler } from '../transport/keep-alive-handler.js';
import { listShards } from '../transport/list-shards.js';
import type { EntryReply, ProducerPorts, RequestReply } from './ports.js';
import { renderPutRecords } from './sending/render-put-records.js';
import { isRetryable } from './sending/retryable.js';
import { steadyClock } from './steady-clock.js';

/** How to reach Kinesis. */
export interface AwsProducerOptions {
  /**
   * Endpoint to put to, such as the lab's.
   *
   * @default - AWS_ENDPOINT_URL_KINESIS, else the Region's own
   */
  readonly endpoint?: string;

  /**
   * AWS Region of the stream.
   *
   * @default - as the SDK finds it: AWS_REGION, then the profile
   */
  readonly region?: string;

  /**
   * Keys to sign with.
   *
   * @default - as the SDK finds them: the profile, the environment, the role
   */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };

  /**
   * Most connections kept open; calls beyond them wait for one.
   *
   * @default 24
   */
  readonly maxSockets?: number;

  /**
   * Time after which a call without a reply counts as lost and is sent again, in milliseconds.
   *
   * @default 10000
   */
  readonly requestTimeoutMs?: number;
}

/**
 * Makes the producer's ports on AWS.
 *
 * HTTP/1.1 with keep-alive: the SDK's own choice for Kinesis opens a connection per call. The SDK's
 * retries are off: it would repeat whole requests on a schedule of its own, and the attempts counted here would lie.
 */
export function awsProducerPorts(options: AwsProducerOptions = {}): ProducerPorts {
  const { endpoint, region, credentials, maxSockets = 24, requestTimeoutMs = 10_000 } = options;
  const client = new KinesisClient({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
    maxAttempts: 1,
    requestHandler: keepAliveHandler(maxSockets, requestTimeoutMs),
  });
  return {
    nowMs: steadyClock(Date.now),
    random: Math.random,
    sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => undefined),
    close: () => client.destroy(),
    async putRecords(streamName, entries) {
      try {
        const output = await client.send(putRecordsCommand(streamName, entries));
        return readReply(output.Records ?? [], entries.length);
      } catch (error) {
        return readFailure(error);
      }
    },
    async listShards(streamName) {
      try {
        const shards = await listShards(client, { StreamName: streamName, ShardFilter: { Type: 'AT_LATEST' } });
        return { kind: 'listed', shards: shards.map(readShard) };
      } catch (error) {
        return readFailure(error);
      }
    },
  };
}

/**
 * The command with its body made already: the SDK resolves, signs and sends it, but does not serialize it, which would be
 * most of its work.
 */
function putRecordsCommand(streamName: string, entries: readonly PutEntry[]): PutRecordsCommand {
  const command = new PutRecordsCommand({ StreamName: streamName, Records: [] });
  command.middlewareStack.add(
    (next) => (args) => {
      Object.assign(args.request as object, { body: renderPutRecords(streamName, entries) });
      return next(args);
    },
    { step: 'serialize', priority: 'low', name: 'putRecordsBody' },
  );
  return command;
}

function readShard({ ShardId, HashKeyRange }: Shard): MappedShard {
  return {
    shardId: ShardId ?? '',
    start: hashText(BigInt(HashKeyRange?.StartingHashKey ?? 0)),
    end: hashText(BigInt(HashKeyRange?.EndingHashKey ?? 0)),
  };
}

function readReply(results: readonly PutRecordsResultEntry[], expected: number): RequestReply {
  if (results.length === expected) return { kind: 'replied', entries: results.map(readEntry) };
  // Which entries were accepted cannot be told, so sending them again would be a guess.
  const message = `put records failed: ${expected} entries sent, ${results.length} results came back`;
  return { kind: 'failed', errorCode: 'ResultCountMismatch', message, retryable: false };
}

function readEntry({ ErrorCode, ErrorMessage, ShardId, SequenceNumber }: PutRecordsResultEntry): EntryReply {
  return ErrorCode === undefined
    ? { kind: 'put', shardId: ShardId ?? '', sequenceNumber: SequenceNumber ?? '' }
    : { kind: 'failed', errorCode: ErrorCode, message: ErrorMessage ?? '' };
}

/** What the SDK throws, as far as it is read here. */
interface SdkError {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
}

function readFailure(thrown: unknown): Extract<RequestReply, { kind: 'failed' }> {
  const error: SdkError = thrown instanceof Error ? thrown : { message: String(thrown) };
  const errorCode = error.code ?? error.name ?? 'UnknownError';
  const retryable =
    isRetryable(errorCode) ||
    isRetryable(error.name ?? '') ||
    (error.$metadata?.httpStatusCode ?? 0) >= 500 ||
    error.$metadata?.clockSkewCorrected === true;
  return { kind: 'failed', errorCode, message: error.message ?? '', retryable };
}
