// The consumer that chaos is judged by: its effect of a few records at a time is one object with what it saw, in the
// order in which it saw it. It tries each effect once, so that a failure becomes a partial batch response.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { keepAliveHandler } from '../../../runtime/transport/keep-alive-handler.js';

/** Records of one effect. */
const EFFECT_RECORDS = 80;

const client = new S3Client({ requestHandler: keepAliveHandler(), forcePathStyle: true, maxAttempts: 1 });
const { EFFECT_BUCKET, AWS_LAMBDA_FUNCTION_NAME } = process.env;

export async function handler(event: KinesisStreamEvent, context: Context): Promise<KinesisStreamBatchResponse> {
  for (let from = 0; from < event.Records.length; from += EFFECT_RECORDS) {
    const records = event.Records.slice(from, from + EFFECT_RECORDS);
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: EFFECT_BUCKET,
          Key: `effects/${AWS_LAMBDA_FUNCTION_NAME}/${context.awsRequestId}/${from}`,
          Body: records.map(({ kinesis: { sequenceNumber, data } }) => `${sequenceNumber} ${read(data)}`).join('\n'),
        }),
      );
    } catch {
      return { batchItemFailures: [{ itemIdentifier: records[0]!.kinesis.sequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
}

/** Key and number of a record, without what pads it. */
function read(data: string): string {
  const [key, number] = Buffer.from(data, 'base64').toString('utf8').split(' ');
  return `${key} ${number}`;
}
