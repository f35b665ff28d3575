// What a function needs to keep user records that it cannot use.
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { FAILED_RECORDS_PREFIX } from '../../../core/consumer-contract.js';
import { acknowledgeWildcard } from './acknowledge.js';

/** Allows a function to write failed records to a bucket, and nothing else there. */
export function grantFailedRecords(bucket: s3.IBucket, fn: lambda.IFunction): void {
  const objects = bucket.arnForObjects(`${FAILED_RECORDS_PREFIX}*`);
  iam.Grant.addToPrincipal({ grantee: fn, actions: ['s3:PutObject'], resourceArns: [objects] });
  if (fn.role) {
    acknowledgeWildcard(fn.role, objects, 'The function names its failed records by shard and sequence number.');
  }
  bucket.encryptionKey?.grant(fn, 'kms:GenerateDataKey');
}
