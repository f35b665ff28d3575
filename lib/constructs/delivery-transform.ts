import type { Duration, Size } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/** How batches reach a transform function. */
export interface DeliveryTransformOptions {
  /**
   * Data gathered for one invocation, 0.2 to 3 MiB.
   *
   * @default Size.mebibytes(1)
   */
  readonly bufferSize?: Size;

  /**
   * Longest wait for one invocation, at most 900 seconds.
   *
   * @default Duration.seconds(60)
   */
  readonly bufferInterval?: Duration;

  /**
   * Further invocations after a failed one. What fails them all goes to the error prefix.
   *
   * @default 3
   */
  readonly retries?: number;

  /**
   * Whether the function ends every record with a newline. Where it does not, the delivery appends one.
   *
   * @default false
   */
  readonly endsRecords?: boolean;
}

/** Function that rewrites or drops records before they are stored. */
export class DeliveryTransform {
  /**
   * The function of this package: checks each event and writes it as one JSON line; what is no event goes to the error prefix.
   */
  public static platform(options: DeliveryTransformOptions = {}): DeliveryTransform {
    return new DeliveryTransform(undefined, { endsRecords: true, ...options });
  }

  /**
   * A function of your own.
   *
   * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html
   */
  public static lambda(handler: lambda.IFunction, options: DeliveryTransformOptions = {}): DeliveryTransform {
    return new DeliveryTransform(handler, options);
  }

  /** The function; undefined for the function of this package, which the delivery defines. */
  public readonly handler: lambda.IFunction | undefined;
  public readonly options: DeliveryTransformOptions;

  private constructor(handler: lambda.IFunction | undefined, options: DeliveryTransformOptions) {
    this.handler = handler;
    this.options = options;
  }
}
