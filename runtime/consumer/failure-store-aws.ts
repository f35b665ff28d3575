// The failure store on S3. The SDK stops here.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { FAILURE_BUCKET_ENV } from '../../core/consumer-contract.js';
import { readText } from '../environment/environment-variable.js';
import { keepAliveHandler } from '../transport/keep-alive-handler.js';
import type { PutFailures } from './failure-store.js';

/**
 * Makes the port that writes failed records to `bucket`, by default the one that `LambdaConsumer` gave to the function with
 * `failedRecords`.
 */
export function s3FailureStore(bucket = readText(process.env, FAILURE_BUCKET_ENV)): PutFailures {
  // Path style: a bucket name as a host name would not resolve on a local endpoint.
  const client = new S3Client({ requestHandler: keepAliveHandler(), forcePathStyle: true });
  return async (key, body) => {
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/x-ndjson' }),
    );
  };
}
