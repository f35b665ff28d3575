// Which failures pass by themselves.

/** Of one entry, or of the request: the shard, the stream or the key is asked for too much. */
const THROTTLES: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'KMSThrottlingException',
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
]);

const RETRYABLE: ReadonlySet<string> = new Set([
  ...THROTTLES,
  // The service has trouble of its own.
  'InternalFailure',
  'InternalFailureException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  // The network has.
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  // The clock was off; the SDK has set its own right by the reply's date.
  'RequestTimeTooSkewed',
  'RequestExpired',
]);

/**
 * Tells whether a failure with this code says to send less.
 */
export function isThrottle(errorCode: string): boolean {
  return THROTTLES.has(errorCode);
}

/**
 * Tells whether a failure with this code is worth another try.
 */
export function isRetryable(errorCode: string): boolean {
  return RETRYABLE.has(errorCode);
}
