// What the flags of `failures` ask for, and mistakes in them that only the service sees.
import type { FailureFilter } from '../../runtime/replay/failures/choose-failed.js';
import type { FailureChoice } from '../failures-options.js';
import { momentMs } from '../flags.js';
import { UsageError } from '../usage-error.js';

export function filterOf({ functionName, from, to, errorType, keys }: FailureChoice, nowMs: number): FailureFilter {
  return {
    ...{ functionName, errorType, keys: new Set(keys) },
    fromMs: from && momentMs(from, nowMs),
    toMs: to && momentMs(to, nowMs),
  };
}

/** The user's mistakes in one line. */
export function explainBucket(bucket: string, error: unknown): unknown {
  const { name, message } = error as Error;
  if (name === 'NoSuchBucket') {
    return new UsageError(`'--bucket' must be a bucket that is there, got '${bucket}'; check the name and '--region'`);
  }
  if (name === 'NoSuchKey') return new UsageError(`'--object' must be in '${bucket}', ${message}; see 'failures list'`);
  return error;
}
