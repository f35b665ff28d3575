// Spills to S3: one object for all that is given up together, a JSON line per record, in the form of the failure store.
import { keepAliveHandler } from '../../transport/keep-alive-handler.js';
import { renderSpilled, spillKey } from './render-spilled.js';
import type { SpillSink } from './spill.js';

export interface S3SpillOptions {
  readonly bucket: string;

  /** Names the producer in the objects' keys, such as the application's name. */
  readonly producer: string;

  /**
   * Longest time that records wait for others to share an object with, in milliseconds.
   *
   * @default 1000
   */
  readonly waitMs?: number;

  /** @default - AWS_ENDPOINT_URL_S3, else the Region's own */
  readonly endpoint?: string;

  /** @default - as the SDK finds it */
  readonly region?: string;

  /** @default - as the SDK finds them */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * Keeps records that could not be put under `records/<producer>/spilled/` of a bucket.
 */
export function s3Spill({ bucket, producer, waitMs = 1_000, ...client }: S3SpillOptions): SpillSink {
  // Path style: a bucket name as a host name would not resolve on a local endpoint.
  const connect = async () => {
    const { PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
    const s3 = new S3Client({ ...client, requestHandler: keepAliveHandler(), forcePathStyle: true });
    return (Key: string, Body: string) =>
      s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: 'application/x-ndjson' }));
  };
  let connected: ReturnType<typeof connect> | undefined;
  return {
    waitMs,
    async spill(records) {
      // Loaded when it is needed, which is seldom: most programs never pay for it.
      connected ??= connect();
      const putObject = await connected;
      await putObject(spillKey(producer, records, Math.random), renderSpilled(records));
    },
  };
}
