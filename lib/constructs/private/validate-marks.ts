// Settings under which a mark, or a function that reads aggregated records, would lose records.
import { Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { ConfigError } from '../../errors.js';
import type { LambdaConsumerProps } from '../lambda-consumer-props.js';

export function validateMarks(scope: IConstruct, props: LambdaConsumerProps): void {
  validateAggregated(scope, props);
  const { mark, markTable, keyBuckets, failedRecords, reference, function: fn } = props;
  const marked = mark || markTable !== undefined;
  if (mark === false && markTable) {
    throw new ConfigError(scope, `'markTable' must be left out with 'mark' false, got a table; remove one of the two`);
  }
  if (keyBuckets && !marked) {
    throw new ConfigError(scope, `'keyBuckets' must come with 'mark', got true without; set 'mark' or remove it`);
  }
  const setting = marked ? (markTable ? 'markTable' : 'mark') : failedRecords ? 'failedRecords' : undefined;
  if (setting === undefined) return;
  if (reference) {
    throw new ConfigError(
      scope,
      `'${setting}' must be left out with 'reference', whose function keeps its place and its failed records already; remove it`,
    );
  }
  if (!(fn instanceof lambda.Function)) {
    throw new ConfigError(
      scope,
      `'${setting}' must come with a function of this app, whose environment can be set, got an imported one; set it up where the function is defined`,
    );
  }
  if (marked) validateMark(scope, props);
}

/** A mark is one place in a shard: everything below it is skipped for good. */
function validateMark(scope: IConstruct, props: LambdaConsumerProps): void {
  const { parallelizationFactor: factor, keyBuckets, tumblingWindow, reportBatchItemFailures } = props;
  if (factor !== undefined && !Token.isUnresolved(factor) && factor > 1 && !keyBuckets) {
    throw new ConfigError(
      scope,
      `'parallelizationFactor' must be 1 with 'mark', got ${factor}; batches of one shard in parallel overtake each other, and the mark of the first to finish would skip what the others have not done: set 'concurrency' of createConsumer, which works on keys in parallel within a batch, or 'keyBuckets' where the producers aggregate by key bucket`,
    );
  }
  if (tumblingWindow) {
    throw new ConfigError(
      scope,
      `'tumblingWindow' must be left out with 'mark', got ${tumblingWindow.toSeconds()} seconds; a window's state comes again with its batch, and a mark would keep the records of that batch out of it`,
    );
  }
  if (reportBatchItemFailures === false) {
    throw new ConfigError(
      scope,
      `'reportBatchItemFailures' must be true with 'mark', got false; without it what the function answers is not heard, and the records behind a failure are lost`,
    );
  }
}

function validateAggregated(scope: IConstruct, { aggregatedRecords, filters }: LambdaConsumerProps): void {
  if (!aggregatedRecords || !filters) return;
  throw new ConfigError(
    scope,
    `'filters' must be left out with 'aggregatedRecords', got ${filters.length}; a filter looks at the bytes of the whole record, which are no JSON, so every aggregated record would be dropped: filter in the function`,
  );
}
