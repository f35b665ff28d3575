import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { type ReplayEnv, STATE_PREFIX } from '../../lambdas/replay/contract.js';
import { ConfigError } from '../errors.js';
import { acknowledgeWildcard } from './private/acknowledge.js';
import { PlatformFunction } from './private/platform-function.js';
import { PrivateBucket } from './private/private-bucket.js';
import { requireSameEnvironment } from './private/same-environment.js';
import { grantReplayRead, grantReplayWrite } from './private/stream-grants.js';

export interface StreamReplayProps {
  /** Stream whose records are delivered again. */
  readonly stream: kinesis.IStream;

  /**
   * Stream to put them to, the same one or another.
   *
   * @default - `toFunction` is given
   */
  readonly toStream?: kinesis.IStream;

  /**
   * Function to hand them to, in batches as Lambda's own; what it returns as failed goes again.
   *
   * @default - `toStream` is given
   */
  readonly toFunction?: lambda.IFunction;

  /**
   * Bucket for how far each replay is, under `replays/`. It holds positions and partition keys, no records.
   *
   * @default - a new one, private, encrypted, TLS only, versioned, retained
   */
  readonly stateBucket?: s3.IBucket;
}

/** Longest that a function may run. */
const STEP = Duration.minutes(15);

/**
 * A function that replays a span of time of a stream, step by step, to the one target that it is defined with.
 *
 * Nothing invokes it: define it where replays are to be possible, and leave it out elsewhere. Whoever may invoke it does so
 * with `{ "name": "incident-42", "from": "2026-11-20T10:00:00Z", "to": "2026-11-20T11:00:00Z" }` until it answers with the
 * status `ended`. A step that dies repeats at most one batch of each shard. Only one step runs at a time.
 */
export class StreamReplay extends Construct {
  /** Function that takes a step each time that it is invoked. */
  public readonly function: lambda.IFunction;

  /** Bucket with how far each replay is. */
  public readonly stateBucket: s3.IBucket;

  constructor(scope: Construct, id: string, props: StreamReplayProps) {
    super(scope, id);
    const { stream, toStream, toFunction } = props;
    requireSameEnvironment(this, stream);
    if ((toStream === undefined) === (toFunction === undefined)) {
      const got = toStream ? 'both' : 'neither';
      throw new ConfigError(this, `'toStream' or 'toFunction' must be given, one of them, got ${got}; name one target`);
    }
    if (toStream) requireSameEnvironment(this, toStream);
    this.stateBucket = props.stateBucket ?? new PrivateBucket(this, 'StateBucket');
    const environment: ReplayEnv = {
      STREAM_ARN: stream.streamArn,
      TARGET_ARN: toStream?.streamArn ?? toFunction!.functionArn,
      STATE_BUCKET: this.stateBucket.bucketName,
    };
    const fn = new PlatformFunction(this, 'Function', {
      name: 'replay',
      description: 'Replays records of the stream when it is invoked',
      environment,
      timeout: STEP,
      reservedConcurrency: 1,
    });
    this.function = fn;
    grantReplayRead(stream, fn);
    if (toStream) grantReplayWrite(toStream, fn);
    else if (toFunction) this.grantInvokeTarget(toFunction, fn);
    this.grantState(fn);
  }

  /** Lets somebody replay. */
  public grantReplay(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [this.function.functionArn],
    });
  }

  /** The function itself, none of its versions: no wildcard is needed. */
  private grantInvokeTarget(target: lambda.IFunction, grantee: lambda.Function): void {
    grantee.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }),
    );
  }

  private grantState(fn: lambda.Function): void {
    const objects = this.stateBucket.arnForObjects(`${STATE_PREFIX}*`);
    fn.addToRolePolicy(new iam.PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [objects] }));
    // Without it a replay that is not there yet would look like one that may not be read.
    fn.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.stateBucket.bucketArn] }),
    );
    acknowledgeWildcard(fn.role!, objects, 'Each replay has one object below this prefix, by the name it is given.');
    this.stateBucket.encryptionKey?.grant(fn, 'kms:Decrypt', 'kms:GenerateDataKey');
  }
}
