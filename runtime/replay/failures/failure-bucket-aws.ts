// A failure bucket on S3. The SDK stops here.
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { keepAliveHandler } from '../../transport/keep-alive-handler.js';
import type { FailureBucket } from './ports.js';

export interface AwsFailureBucketOptions {
  readonly bucket: string;
  /** @default - AWS_ENDPOINT_URL_S3, else the Region's own */
  readonly endpoint?: string;
  /** @default - as the SDK finds it */
  readonly region?: string;
  /** @default - as the SDK finds them */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Makes the port to one bucket. */
export function awsFailureBucket({ bucket: Bucket, ...target }: AwsFailureBucketOptions): FailureBucket {
  // Path style: a bucket name as a host name would not resolve on a local endpoint.
  const client = new S3Client({ ...target, requestHandler: keepAliveHandler(), forcePathStyle: true });
  return {
    close: () => client.destroy(),
    async *list(Prefix) {
      let ContinuationToken: string | undefined;
      do {
        const output = await client.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
        for (const { Key, Size = 0, LastModified } of output.Contents ?? []) {
          if (Key) yield { key: Key, bytes: Size, modifiedMs: LastModified?.getTime() ?? 0 };
        }
        ContinuationToken = output.NextContinuationToken;
      } while (ContinuationToken !== undefined);
    },
    async get(Key) {
      const { Body, LastModified } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return { body: (await Body?.transformToString('utf8')) ?? '', modifiedMs: LastModified?.getTime() ?? 0 };
    },
    async put(Key, Body) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
    async remove(Key) {
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
    },
  };
}
