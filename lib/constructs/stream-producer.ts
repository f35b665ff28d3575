import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ProducerEnv } from '../../lambdas/producer/contract.js';
import { PlatformFunction } from './private/platform-function.js';
import { requireSameEnvironment } from './private/same-environment.js';
import { grantPut } from './private/stream-grants.js';

export interface StreamProducerProps {
  /**
   * Stream to write to.
   */
  readonly stream: kinesis.IStream;

  /**
   * Function that writes. It gets the permission, and STREAM_NAME in its environment unless it is imported, an alias or a
   * version. Of several producers with one function the last sets STREAM_NAME.
   *
   * @default - this package's producer: puts the events it is invoked with, or generates some, and puts only failed
   * entries again
   */
  readonly function?: lambda.IFunction;

  /**
   * When to invoke the function. This package's producer then generates events.
   *
   * @default - only when somebody invokes it
   */
  readonly schedule?: events.Schedule;
}

/**
 * A function that may write to a stream.
 */
export class StreamProducer extends Construct {
  /**
   * Stream that is written to.
   */
  public readonly stream: kinesis.IStream;

  /**
   * Function that writes.
   */
  public readonly function: lambda.IFunction;

  constructor(scope: Construct, id: string, props: StreamProducerProps) {
    super(scope, id);
    if (!props.function) requireSameEnvironment(this, props.stream);
    this.stream = props.stream;
    const environment: ProducerEnv = { STREAM_NAME: props.stream.streamName };
    this.function = props.function ?? this.referenceProducer(environment);
    if (props.function instanceof lambda.Function) {
      for (const [key, value] of Object.entries(environment)) props.function.addEnvironment(key, value);
    }
    this.grantProduce(this.function);
    if (props.schedule) {
      new events.Rule(this, 'Schedule', {
        schedule: props.schedule,
        targets: [new targets.LambdaFunction(this.function)],
      });
    }
  }

  /**
   * Grants what a producer needs to anyone else: PutRecord and PutRecords on the stream, and to encrypt with its
   * customer key.
   */
  public grantProduce(grantee: iam.IGrantable): iam.Grant {
    return grantPut(this.stream, grantee);
  }

  private referenceProducer(environment: ProducerEnv): lambda.Function {
    return new PlatformFunction(this, 'Function', {
      name: 'producer',
      description: 'Puts events into a Kinesis stream',
      environment,
    });
  }
}
