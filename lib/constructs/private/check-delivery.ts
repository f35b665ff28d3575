// The rules of Amazon Data Firehose that a template validator does not know, checked at synth.
import { type Duration, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import * as limits from '../../../core/limits-firehose.js';
import { ConfigError } from '../../errors.js';
import type { DeliveryTransformOptions } from '../delivery-transform.js';
import { requireSeconds, requireWhole } from './bounds.js';

export interface CheckedDelivery {
  readonly bufferMiB: number;
  readonly interval: Duration;
  readonly prefix: string;
  readonly errorPrefix: string;
  readonly partitionKeys: { readonly [name: string]: string } | undefined;
}

/** NumberOfRetries of a Lambda processor. */
const TRANSFORM_RETRIES_MAX = 300;
const PARTITION_EXPRESSION = /!\{partitionKey(?:FromQuery|FromLambda):([^}]*)\}/g;

/** Throws at the first rule that the delivery breaks. */
export function checkDelivery(scope: IConstruct, delivery: CheckedDelivery): void {
  const partitioned = delivery.partitionKeys !== undefined;
  const why = partitioned
    ? 'with dynamic partitioning a buffer holds many objects'
    : 'choose a value within the bounds';
  requireWhole(scope, 'bufferSize', delivery.bufferMiB, {
    min: partitioned ? limits.BUFFER_PARTITIONED_MIN_MIB : limits.BUFFER_MIN_MIB,
    max: limits.BUFFER_MAX_MIB,
    hint: `in MiB; ${why}`,
  });
  requireSeconds(scope, 'bufferInterval', delivery.interval, {
    min: partitioned ? limits.BUFFER_PARTITIONED_MIN_SECONDS : limits.BUFFER_MIN_SECONDS,
    max: limits.BUFFER_MAX_SECONDS,
    hint: why,
  });
  checkErrorPrefix(scope, delivery);
  checkPartitionKeys(scope, delivery);
}

/** Throws where Firehose could not invoke the function as asked. */
export function checkTransform(scope: IConstruct, options: DeliveryTransformOptions): void {
  requireSeconds(scope, 'transform.bufferInterval', options.bufferInterval, {
    min: 0,
    max: limits.TRANSFORM_BUFFER_MAX_SECONDS,
    hint: 'choose a value within the bounds',
  });
  requireWhole(scope, 'transform.retries', options.retries, {
    min: 0,
    max: TRANSFORM_RETRIES_MAX,
    hint: 'what fails longer belongs under the error prefix',
  });
  if (!options.bufferSize || options.bufferSize.isUnresolved()) return;
  const mebibytes = options.bufferSize.toBytes() / (1_024 * 1_024);
  if (mebibytes >= limits.TRANSFORM_BUFFER_MIN_MIB && mebibytes <= limits.TRANSFORM_BUFFER_MAX_MIB) return;
  throw new ConfigError(
    scope,
    `'transform.bufferSize' must be ${limits.TRANSFORM_BUFFER_MIN_MIB} to ${limits.TRANSFORM_BUFFER_MAX_MIB} MiB, got ${mebibytes}; a batch must fit one invocation`,
  );
}

function checkErrorPrefix(scope: IConstruct, { errorPrefix, partitionKeys }: CheckedDelivery): void {
  if (Token.isUnresolved(errorPrefix)) return;
  if (!errorPrefix.includes('!{firehose:error-output-type}')) {
    throw new ConfigError(
      scope,
      `'errorPrefix' must contain '!{firehose:error-output-type}', got '${errorPrefix}'; add the expression, so that failures of different kinds stay apart`,
    );
  }
  if (partitionKeys && errorPrefix.includes('!{partitionKey')) {
    throw new ConfigError(
      scope,
      `'errorPrefix' must not contain partition keys, got '${errorPrefix}'; a record whose keys could not be read has none`,
    );
  }
}

/** Every key that the prefix names must be queried, and every query must be used: Firehose refuses both. */
function checkPartitionKeys(scope: IConstruct, { prefix, partitionKeys }: CheckedDelivery): void {
  if (Token.isUnresolved(prefix)) return;
  const used = [...prefix.matchAll(PARTITION_EXPRESSION)].map((match) => match[1]!);
  const queried = Object.keys(partitionKeys ?? {});
  if (partitionKeys && (queried.length === 0 || queried.length > limits.PARTITION_KEYS_MAX)) {
    throw new ConfigError(
      scope,
      `'partitionKeys' must name 1 to ${limits.PARTITION_KEYS_MAX} keys, got ${queried.length}; name a JQ query per key of 'prefix', or leave it out`,
    );
  }
  const unknown = used.find((key) => !queried.includes(key));
  if (unknown !== undefined) {
    throw new ConfigError(
      scope,
      `'prefix' must use keys of 'partitionKeys' only (${queried.join(', ') || 'none'}), got '${unknown}'; add a JQ query for it to 'partitionKeys'`,
    );
  }
  const unused = queried.find((key) => !used.includes(key));
  if (unused !== undefined) {
    throw new ConfigError(
      scope,
      `'prefix' must use every key of 'partitionKeys', got no '!{partitionKeyFromQuery:${unused}}'; add it to 'prefix' or drop the key`,
    );
  }
}
