import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ConfigError } from '../errors.js';
import { acknowledgeWildcard } from './private/acknowledge.js';
import { PrivateBucket } from './private/private-bucket.js';

/** Prefix of the keys under which Lambda writes a failed invocation. */
const LAMBDA_PREFIX = 'aws/lambda/';

/**
 * Where Lambda puts a batch that it gave up on.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export abstract class FailureDestination {
  /**
   * A bucket, which keeps the whole invocation, records included, for as long as you like.
   *
   * @param bucket existing bucket. Default: a new one, private, encrypted, TLS only, versioned, retained
   */
  public static s3(bucket?: s3.IBucket): FailureDestination {
    return new S3Destination(bucket);
  }

  /**
   * A queue, which gets shard and sequence numbers only: worth nothing once the stream's retention is over.
   */
  public static sqs(queue: sqs.IQueue): FailureDestination {
    return new SqsDestination(queue);
  }

  /**
   * A topic, which gets shard and sequence numbers only: worth nothing once the stream's retention is over.
   */
  public static sns(topic: sns.ITopic): FailureDestination {
    return new SnsDestination(topic);
  }

  /**
   * Defines what is missing, below the consumer.
   *
   * @internal
   */
  public abstract _bind(scope: Construct): BoundFailureDestination;
}

/** A destination that exists. */
export interface BoundFailureDestination {
  readonly arn: string;
  readonly bucket?: s3.IBucket;
  /** Lets the role of the function, in whose name Lambda writes, put there. */
  grantPut(fn: lambda.IFunction): iam.Grant;
}

class S3Destination extends FailureDestination {
  private readonly bucket?: s3.IBucket;

  constructor(bucket?: s3.IBucket) {
    super();
    this.bucket = bucket;
  }

  public override _bind(scope: Construct): BoundFailureDestination {
    const bucket = this.bucket ?? new PrivateBucket(scope, 'FailureBucket');
    return { arn: bucket.bucketArn, bucket, grantPut: (fn) => grantInvocationRecords(bucket, fn) };
  }
}

class SqsDestination extends FailureDestination {
  private readonly queue: sqs.IQueue;

  constructor(queue: sqs.IQueue) {
    super();
    this.queue = queue;
  }

  public override _bind(scope: Construct): BoundFailureDestination {
    const { queue } = this;
    if (queue.fifo) throw new ConfigError(scope, standardOnly('queue'));
    return {
      arn: queue.queueArn,
      grantPut: (fn) => {
        const grant = queue.grant(fn, 'sqs:SendMessage');
        const key = queue.encryptionMasterKey;
        return key ? grant.combine(key.grant(fn, 'kms:Decrypt', 'kms:GenerateDataKey')) : grant;
      },
    };
  }
}

class SnsDestination extends FailureDestination {
  private readonly topic: sns.ITopic;

  constructor(topic: sns.ITopic) {
    super();
    this.topic = topic;
  }

  public override _bind(scope: Construct): BoundFailureDestination {
    if (this.topic.fifo) throw new ConfigError(scope, standardOnly('topic'));
    return { arn: this.topic.topicArn, grantPut: (fn) => this.topic.grantPublish(fn) };
  }
}

/** Lambda sends without the message group that FIFO asks for. */
function standardOnly(kind: 'queue' | 'topic'): string {
  return `'onFailure' must be a standard ${kind}, got a FIFO ${kind}; use a standard one, or FailureDestination.s3()`;
}

function grantInvocationRecords(bucket: s3.IBucket, grantee: lambda.IFunction): iam.Grant {
  const objects = bucket.arnForObjects(`${LAMBDA_PREFIX}*`);
  const put = iam.Grant.addToPrincipal({ grantee, actions: ['s3:PutObject'], resourceArns: [objects] });
  const list = iam.Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [bucket.bucketArn] });
  if (grantee.role) {
    acknowledgeWildcard(grantee.role, objects, 'Lambda names the objects of failed invocations, below this prefix.');
  }
  const grants = put.combine(list);
  return bucket.encryptionKey ? grants.combine(bucket.encryptionKey.grant(grantee, 'kms:GenerateDataKey')) : grants;
}
