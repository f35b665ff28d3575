// The objects of a failure bucket that are asked for, in the order in which their records stood in the stream.
import { type FailureFilter, isAskedFor } from './choose-failed.js';
import type { FailureObject } from './failure-object.js';
import { parseFailure } from './parse-failure.js';
import type { FailureBucket } from './ports.js';

/** Where consumers and producers write, and where Lambda does. */
const RECORDS_PREFIX = 'records/';
const LAMBDA_PREFIX = 'aws/lambda/';
/** Objects of which everything has taken effect. */
export const REDRIVEN_PREFIX = 'redriven/';

/** An object of the bucket. */
export interface FailureInBucket {
  readonly key: string;
  readonly body: string;
  /** When it was written. */
  readonly modifiedMs: number;
  readonly object: FailureObject;
}

/**
 * Gives the objects that hold anything asked for; one that is not understood is given too, for people to look at, unless
 * a function is asked for.
 *
 * Objects of a shard come in the order of their first records, as sequence numbers of one shard grow, and shards in the
 * order of their ids, parents before children.
 */
export async function* readBucket(bucket: FailureBucket, filter: FailureFilter): AsyncGenerator<FailureInBucket> {
  const { functionName } = filter;
  const own = functionName === undefined ? RECORDS_PREFIX : `${RECORDS_PREFIX}${functionName}/`;
  const keys: string[] = [];
  for (const prefix of [own, LAMBDA_PREFIX]) {
    for await (const { key } of bucket.list(prefix)) keys.push(key);
  }
  for (const key of keys.sort(compareKeys)) {
    const { body, modifiedMs } = await bucket.get(key);
    const object = parseFailure(key, body);
    if (isOf(object, filter)) yield { key, body, modifiedMs, object };
  }
}

function isOf(object: FailureObject, filter: FailureFilter): boolean {
  if (object.kind === 'unknown') return filter.functionName === undefined;
  const functionName = object.kind === 'range' ? object.range.functionName : object.functionName;
  if (filter.functionName !== undefined && functionName !== filter.functionName) return false;
  return object.kind === 'range' || object.entries.some((entry) => isAskedFor(entry, filter));
}

/** Sequence numbers as numbers, whatever their length; all else as text. */
function compareKeys(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
