import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.js';

/**
 * Bucket for what a consumer could not process: private, encrypted, reachable over TLS only, versioned, retained.
 *
 * Nothing in it expires but replaced versions: a failed record waits until somebody redrives or deletes it.
 */
export class FailureBucket extends s3.Bucket {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(7), noncurrentVersionExpiration: Duration.days(30) },
      ],
    });
    acknowledge(
      this,
      'AwsSolutions-S1',
      'Written by Lambda and one consumer only, and rarely; data events in CloudTrail show access where it must be audited.',
    );
  }
}
