// What LambdaConsumer refuses: numbers out of Lambda's bounds, and settings that do not go together.
import { Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { STREAM_NAME_PATTERN } from '../../../core/limits.js';
import {
  BATCH_SIZE_MAX,
  BATCH_SIZE_MIN,
  BATCH_WINDOW_MAX_SECONDS,
  FILTER_PATTERN_MAX_CHARACTERS,
  FILTERS_DEFAULT_MAX,
  PARALLELIZATION_FACTOR_MAX,
  PARALLELIZATION_FACTOR_MIN,
  RECORD_AGE_MAX_SECONDS,
  RECORD_AGE_MIN_SECONDS,
  RETRY_ATTEMPTS_MAX,
  TUMBLING_WINDOW_MAX_SECONDS,
} from '../../../core/limits-lambda.js';
import { ConfigError } from '../../errors.js';
import type { LambdaConsumerProps } from '../lambda-consumer-props.js';
import { requireSeconds, requireWhole } from './bounds.js';
import { validateMarks } from './validate-marks.js';

export function validateLambdaConsumer(scope: IConstruct, props: LambdaConsumerProps): void {
  validateFunction(scope, props);
  validateNumbers(scope, props);
  validateParallelism(scope, props);
  validateReference(scope, props);
  validateRetries(scope, props);
  validateStart(scope, props);
  validateFilters(scope, props);
  validateConsumerName(scope, props);
  validateMarks(scope, props);
}

function validateFunction(scope: IConstruct, props: LambdaConsumerProps): void {
  if ((props.function === undefined) !== (props.reference === undefined)) return;
  const got = props.function ? 'both' : 'none';
  throw new ConfigError(scope, `'function' or 'reference' must be given, got ${got}; give exactly one of them`);
}

function validateNumbers(scope: IConstruct, props: LambdaConsumerProps): void {
  const { parallelizationFactor, tumblingWindow } = props;
  requireWhole(scope, 'batchSize', props.batchSize, {
    min: BATCH_SIZE_MIN,
    max: BATCH_SIZE_MAX,
    hint: `use 'maxBatchingWindow' to gather fuller batches`,
  });
  requireSeconds(scope, 'maxBatchingWindow', props.maxBatchingWindow, {
    min: 0,
    max: BATCH_WINDOW_MAX_SECONDS,
    hint: `use 'tumblingWindow' to aggregate over a longer time`,
  });
  requireWhole(scope, 'parallelizationFactor', parallelizationFactor, {
    min: PARALLELIZATION_FACTOR_MIN,
    max: PARALLELIZATION_FACTOR_MAX,
    hint: 'add shards to go further',
  });
  requireSeconds(scope, 'tumblingWindow', tumblingWindow, {
    min: 1,
    max: TUMBLING_WINDOW_MAX_SECONDS,
    hint: 'leave it out for no window, or add up shorter windows where the results are read',
  });
}

function validateParallelism(scope: IConstruct, props: LambdaConsumerProps): void {
  const { parallelizationFactor: factor, tumblingWindow, reference } = props;
  if (factor === undefined || Token.isUnresolved(factor) || factor <= 1) return;
  const oneByOne = tumblingWindow ? `'tumblingWindow'` : reference?._keepsShardState && 'ReferenceConsumer.alert';
  if (!oneByOne) return;
  throw new ConfigError(
    scope,
    `'parallelizationFactor' must be 1 with ${oneByOne}, whose state belongs to a whole shard, got ${factor}; remove one of the two`,
  );
}

/** Settings under which a function of this package would fail at every batch, or lose what it could not write. */
function validateReference(
  scope: IConstruct,
  { reference, tumblingWindow, reportBatchItemFailures }: LambdaConsumerProps,
) {
  if (reference?._keepsShardState && tumblingWindow) {
    throw new ConfigError(
      scope,
      `'tumblingWindow' must be left out with ReferenceConsumer.alert, which answers without a window's state, got ${tumblingWindow.toSeconds()} seconds; remove it`,
    );
  }
  if (reference && reportBatchItemFailures === false) {
    throw new ConfigError(
      scope,
      "'reportBatchItemFailures' must be true with 'reference', whose function reports what it could not write in no other way, got false; remove it",
    );
  }
}

function validateRetries(scope: IConstruct, props: LambdaConsumerProps): void {
  const { retryAttempts, retryUntilExpiry } = props;
  requireWhole(scope, 'retryAttempts', retryAttempts, {
    min: 0,
    max: RETRY_ATTEMPTS_MAX,
    hint: `set 'retryUntilExpiry' if a bad record may block its shard until it expires`,
  });
  requireSeconds(scope, 'maxRecordAge', props.maxRecordAge, {
    min: RECORD_AGE_MIN_SECONDS,
    max: RECORD_AGE_MAX_SECONDS,
    hint: `set 'retryUntilExpiry' to let records grow as old as the stream's retention`,
  });
  if (retryUntilExpiry && retryAttempts !== undefined) {
    throw new ConfigError(
      scope,
      `'retryAttempts' must be left out with 'retryUntilExpiry', got ${retryAttempts}; remove one of the two`,
    );
  }
}

function validateStart(scope: IConstruct, props: LambdaConsumerProps): void {
  const { startingPosition = lambda.StartingPosition.TRIM_HORIZON, startingPositionTimestamp: timestamp } = props;
  const atTimestamp = startingPosition === lambda.StartingPosition.AT_TIMESTAMP;
  if (atTimestamp && timestamp === undefined) {
    throw new ConfigError(
      scope,
      `'startingPositionTimestamp' must be given with 'startingPosition' AT_TIMESTAMP, got nothing; add the Unix time in seconds to start from`,
    );
  }
  if (!atTimestamp && timestamp !== undefined && !Token.isUnresolved(startingPosition)) {
    throw new ConfigError(
      scope,
      `'startingPositionTimestamp' must be left out with 'startingPosition' ${startingPosition}, got ${timestamp}; set 'startingPosition' to AT_TIMESTAMP`,
    );
  }
  requireWhole(scope, 'startingPositionTimestamp', timestamp, {
    min: 0,
    max: Math.floor(Date.now() / 1_000),
    hint: 'give Unix time in seconds, not in the future',
  });
}

function validateFilters(scope: IConstruct, { filters, filterEncryption }: LambdaConsumerProps): void {
  if (filters !== undefined && (filters.length === 0 || filters.length > FILTERS_DEFAULT_MAX)) {
    throw new ConfigError(
      scope,
      `'filters' must be from 1 to ${FILTERS_DEFAULT_MAX} patterns, got ${filters.length}; join patterns with alternatives, or leave it out to get every record`,
    );
  }
  for (const { pattern } of filters ?? []) {
    if (Token.isUnresolved(pattern)) continue;
    if (typeof pattern !== 'string') {
      throw new ConfigError(
        scope,
        `'filters' must be made with lambda.FilterCriteria.filter, got one without a 'pattern'; wrap it in that call`,
      );
    }
    if (pattern.length > FILTER_PATTERN_MAX_CHARACTERS) {
      throw new ConfigError(
        scope,
        `'filters' must be patterns of at most ${FILTER_PATTERN_MAX_CHARACTERS} characters, got ${pattern.length}; split it in two`,
      );
    }
  }
  if (filterEncryption && !filters) {
    throw new ConfigError(scope, `'filterEncryption' must come with 'filters', got none; remove it or add filters`);
  }
}

function validateConsumerName(scope: IConstruct, { consumerName, dedicated }: LambdaConsumerProps): void {
  if (consumerName === undefined) return;
  if (!dedicated) {
    throw new ConfigError(
      scope,
      `'consumerName' must be left out unless 'dedicated' is true, got '${consumerName}'; a polling consumer is not registered`,
    );
  }
  if (!Token.isUnresolved(consumerName) && !STREAM_NAME_PATTERN.test(consumerName)) {
    throw new ConfigError(
      scope,
      `'consumerName' must be 1 to 128 characters of a-z, A-Z, 0-9, '_', '.' and '-', got '${consumerName}'; rename it or leave it out`,
    );
  }
}
