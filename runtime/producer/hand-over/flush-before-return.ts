// A Lambda function is frozen the moment it has answered: what is still buffered then waits for the next invocation, or
// is lost with the instance.
import type { Producer } from '../producer.js';

/** What is used of a Lambda function's context. */
export interface RemainingTime {
  getRemainingTimeInMillis(): number;
}

export interface FlushBeforeReturnOptions {
  /**
   * Time that is kept for the answer, in milliseconds: what was not put by then is spilled, or settles as 'Aborted'.
   * More than a call may take (`requestTimeoutMs`), or the answer may come too late.
   *
   * @default 11000 - of functions with less time than twice that, half of it
   */
  readonly marginMs?: number;
}

const MARGIN_MS = 11_000;

/**
 * Wraps a Lambda handler so that everything it has put is settled before it returns, or throws.
 */
export function flushBeforeReturn<Event, Result, Context extends RemainingTime = RemainingTime>(
  producer: Pick<Producer, 'flush'>,
  handler: (event: Event, context: Context) => Promise<Result> | Result,
  { marginMs = MARGIN_MS }: FlushBeforeReturnOptions = {},
): (event: Event, context: Context) => Promise<Result> {
  return async (event, context) => {
    if (typeof context?.getRemainingTimeInMillis !== 'function') {
      throw new TypeError(
        "'context' must be the Lambda context, got none; where Lambda does not call, pass { getRemainingTimeInMillis: () => 30_000 }",
      );
    }
    const halfMs = context.getRemainingTimeInMillis() / 2;
    try {
      return await handler(event, context);
    } finally {
      const leftMs = context.getRemainingTimeInMillis() - Math.min(marginMs, halfMs);
      await producer.flush({ signal: AbortSignal.timeout(Math.max(0, leftMs)) });
    }
  };
}
