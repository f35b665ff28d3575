// The W3C trace context of a record around its effect, without a tracing library.
import { AsyncLocalStorage } from 'node:async_hooks';

/** Runs something within a trace. */
export interface TraceScope {
  run<T>(traceparent: string, call: () => T): T;
}

/** A trace scope that tells what it is within. */
export interface LocalTrace extends TraceScope {
  /** `traceparent` of the record whose effect is under way; undefined outside of one, and where a record has none. */
  current(): string | undefined;
}

/** A trace scope on AsyncLocalStorage. */
export function asyncLocalTrace(): LocalTrace {
  const storage = new AsyncLocalStorage<string>();
  return { run: (traceparent, call) => storage.run(traceparent, call), current: () => storage.getStore() };
}

/** https://www.w3.org/TR/trace-context/#traceparent-header; other versions may be longer. */
const TRACEPARENT = /^[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(-|$)/;

/**
 * Trace context of a record: that of its tag, or of the field `traceparent` of its value. One that is malformed is none.
 */
export function traceOf(tag: string | undefined, value: unknown): string | undefined {
  const found = tag ?? (value as { readonly traceparent?: unknown } | null | undefined)?.traceparent;
  return typeof found === 'string' && TRACEPARENT.test(found) ? found : undefined;
}
