// Asks for the stream before any row is read: whoever mistyped its name learns it in one line.
import { DescribeStreamSummaryCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { RECORD_DEFAULT_MAX_BYTES } from '../../core/limits.js';
import { keepAliveHandler } from '../../runtime/transport/keep-alive-handler.js';
import { UsageError } from '../usage-error.js';
import type { AwsTarget } from './aws-target.js';

export interface FoundStream {
  /** Largest record that it takes, data and key. */
  readonly maxRecordBytes: number;
  /** Empty when it may not be asked for. */
  readonly streamArn: string;
}

/** A writer may be allowed to put and nothing else. */
const NOT_ALLOWED: ReadonlySet<string> = new Set(['AccessDeniedException', 'AccessDenied']);

/** Fails with one line when the stream, the endpoint, the Region or the keys are not there. */
export async function findStream(streamName: string, target: AwsTarget, flag = '--stream'): Promise<FoundStream> {
  const client = new KinesisClient({ ...target, maxAttempts: 3, requestHandler: keepAliveHandler(1) });
  try {
    const { StreamDescriptionSummary: stream } = await client.send(
      new DescribeStreamSummaryCommand({ StreamName: streamName }),
    );
    const kib = stream?.MaxRecordSizeInKiB;
    const maxRecordBytes = kib === undefined ? RECORD_DEFAULT_MAX_BYTES : kib * 1_024;
    return { maxRecordBytes, streamArn: stream?.StreamARN ?? '' };
  } catch (error) {
    const { name, message, code: own } = error as Failure;
    const code = own ?? /\bE(CONN|HOST|NET|NOTFOUND|PIPE|TIMEDOUT|AI_AGAIN)[A-Z]*/.exec(message)?.[0];
    if (NOT_ALLOWED.has(name)) return { maxRecordBytes: RECORD_DEFAULT_MAX_BYTES, streamArn: '' };
    throw new UsageError(explain(flag, streamName, target, { name, code, message: message.split('\n')[0]! }));
  } finally {
    client.destroy();
  }
}

interface Failure {
  readonly name: string;
  readonly message: string;
  /** Of the network. */
  readonly code?: string;
}

function explain(flag: string, streamName: string, target: AwsTarget, { name, code, message }: Failure): string {
  const where = target.endpoint ?? `Kinesis in ${target.region}`;
  if (name === 'ResourceNotFoundException') {
    return `'${flag}' must be a stream of this account and Region, got '${streamName}', which ${where} does not have; check the name, '--region' and '--endpoint'`;
  }
  if (/region is missing/i.test(message)) {
    return "'--region' must be given where neither AWS_REGION nor a profile says it, got nothing; add '--region REGION'";
  }
  if (name === 'CredentialsProviderError') {
    return `find AWS credentials failed: ${message}; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
  }
  if (code !== undefined || name === 'TimeoutError') {
    return `reach ${where} failed: ${code ?? name}; check '--endpoint' and '--region', or start the lab`;
  }
  return `find stream '${streamName}' at ${where} failed: ${name}: ${message}`;
}
