import type { Duration } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { FailureDestination } from './failure-destination.js';
import type { ReferenceConsumer } from './reference-consumer.js';

export interface LambdaConsumerProps {
  /**
   * Stream to read.
   */
  readonly stream: kinesis.IStream;

  /**
   * Function that gets the batches. Exactly one of `function` and `reference` is given.
   *
   * @default - the function that `reference` describes
   */
  readonly function?: lambda.IFunction;

  /**
   * One of this package's own functions, defined below the consumer and wired to its failure bucket.
   *
   * @default - `function` is given
   */
  readonly reference?: ReferenceConsumer;

  /**
   * Registers an enhanced fan-out consumer: records are pushed, at 2 MiB/s per shard for this consumer alone.
   *
   * It is billed per shard-hour, also while idle, and per GB. Worth it with more than two consumers, or where a second
   * of polling is too late.
   *
   * @default false - polls each shard once a second and shares its 2 MiB/s with the other pollers
   */
  readonly dedicated?: boolean;

  /**
   * Name of the registered consumer, which is the `ConsumerName` of its metrics.
   *
   * @default - generated from the construct's path
   */
  readonly consumerName?: string;

  /**
   * Where reading starts the first time. Cannot be changed later without replacing the mapping.
   *
   * `LATEST` misses the records that arrive between the deployment and the first poll.
   *
   * @default lambda.StartingPosition.TRIM_HORIZON
   */
  readonly startingPosition?: lambda.StartingPosition;

  /**
   * Time to start from, in Unix seconds, with `startingPosition: AT_TIMESTAMP` and only then. Not in the future.
   *
   * @default - none
   */
  readonly startingPositionTimestamp?: number;

  /**
   * Most records of a batch, from 1 to 10,000. A batch also ends at 6 MB of base64.
   *
   * @default 100
   */
  readonly batchSize?: number;

  /**
   * Longest time to gather a batch, from 0 to 300 seconds.
   *
   * @default Duration.seconds(0) - a batch goes out as soon as there are records
   */
  readonly maxBatchingWindow?: Duration;

  /**
   * Batches of one shard in flight, from 1 to 10. The order of a partition key is kept.
   *
   * @default 1
   */
  readonly parallelizationFactor?: number;

  /**
   * Window over which Lambda hands state from one invocation to the next, from 1 to 900 seconds.
   *
   * Refused with `parallelizationFactor` above 1, which has no state to hand on.
   *
   * @default - no window
   */
  readonly tumblingWindow?: Duration;

  /**
   * Patterns, as `lambda.FilterCriteria.filter` renders them; a record that matches none is dropped, and so is any
   * whose data is not JSON. At most 5.
   *
   * @default - every record
   */
  readonly filters?: { readonly [key: string]: unknown }[];

  /**
   * Customer key for the filter patterns.
   *
   * @default - a key that AWS owns
   */
  readonly filterEncryption?: kms.IKey;

  /**
   * Retries of a failed batch before it goes to the failure destination, from 0 to 10,000. Halving does not use them up.
   *
   * @default 10
   */
  readonly retryAttempts?: number;

  /**
   * Age at which a record goes to the failure destination instead of the function, from 60 seconds to 7 days.
   *
   * @default - five sixths of the stream's retention where it is known, at most 7 days; 20 hours on an imported stream.
   * So what the consumer cannot reach in time is kept, not trimmed
   */
  readonly maxRecordAge?: Duration;

  /**
   * Retries a failed batch until its records expire: it blocks the shard for as long, and everything behind it may
   * expire with it. Takes the place of `retryAttempts`, and of `maxRecordAge` unless that is given.
   *
   * @default false
   */
  readonly retryUntilExpiry?: boolean;

  /**
   * Splits a failed batch in two and tries the halves, which finds the bad record among good ones.
   *
   * @default true
   */
  readonly bisectBatchOnError?: boolean;

  /**
   * The function answers with the first record that failed (`batchItemFailures`), and only from there is it retried.
   *
   * @default true
   */
  readonly reportBatchItemFailures?: boolean;

  /**
   * Where a batch goes that Lambda gives up on.
   *
   * @default FailureDestination.s3() - a new bucket
   */
  readonly onFailure?: FailureDestination;

  /**
   * Keeps how far the function has come in each shard, so that a redelivery does not repeat what has taken effect. For a
   * function made with `createConsumer`, whose `mark` is `dynamoDbMarks()`.
   *
   * Defines a table unless `markTable` is given. The function gets the table's name as `MARK_TABLE` and may read and write
   * its items. Refused with `tumblingWindow`, and with `parallelizationFactor`
   * above 1 unless `keyBuckets` is true: a mark would lose records.
   *
   * @default false, true when `markTable` is given
   */
  readonly mark?: boolean;

  /**
   * Table of the marks: partition key `mark`, a string. Many consumers may share one.
   *
   * @default - a new one, when `mark` is true
   */
  readonly markTable?: dynamodb.ITable;

  /**
   * Keeps a mark for each key bucket of a shard instead of one for the shard, which `parallelizationFactor` above 1 needs.
   * For streams whose producers aggregate by key bucket, so that few partition keys are in the stream's own records.
   *
   * @default false
   */
  readonly keyBuckets?: boolean;

  /**
   * The function keeps user records that it cannot use itself, as one made with `createConsumer` does, whose
   * `failureStore` is `s3FailureStore()`. It gets the failure bucket's name as `FAILURE_BUCKET` and may write there below
   * `records/`.
   *
   * @default false
   */
  readonly failedRecords?: boolean;

  /**
   * The stream carries aggregated records, as the producer of this package and the KPL put them. Then `filters` are
   * refused, which would drop every one of them.
   *
   * @default false
   */
  readonly aggregatedRecords?: boolean;

  /**
   * Publishes the mapping's counts of polled, filtered, failed and dropped records, without which a loss is not seen.
   *
   * @default true
   */
  readonly eventCountMetrics?: boolean;

  /**
   * Whether the mapping reads.
   *
   * @default true
   */
  readonly enabled?: boolean;
}
