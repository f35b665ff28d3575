import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.js';

export interface PrivateBucketProps {
  readonly removalPolicy?: RemovalPolicy;
}

/** Days after which an overwritten or deleted object is gone for good. */
const OLD_VERSION_DAYS = 30;

/** A bucket as this package makes them: private, encrypted, TLS only, versioned, no leftovers of broken uploads. */
export class PrivateBucket extends s3.Bucket {
  constructor(scope: Construct, id: string, props: PrivateBucketProps = {}) {
    super(scope, id, {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          noncurrentVersionExpiration: Duration.days(OLD_VERSION_DAYS),
        },
      ],
    });
    acknowledge(
      this,
      'AwsSolutions-S1',
      'Written by one role and versioned; who reads it is audited with CloudTrail data events where that is required. ' +
        'A bucket with access logs can be given instead.',
    );
  }
}
