// S3: an object's operations are on the object, a bucket's on the bucket, some under another action's name.
import type { ReadClaims } from './claim.js';

const ACTIONS: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  HeadBucket: 'ListBucket',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListBuckets: 'ListAllMyBuckets',
};

/** `input` is the bucket and the key, empty where the operation has none. */
export const s3Claims: ReadClaims = (operation, { bucket, key }) => {
  const resource = bucket ? `arn:aws:s3:::${bucket}${key ? `/${key}` : ''}` : '*';
  return [{ action: `s3:${ACTIONS[operation] ?? operation}`, resource }];
};
