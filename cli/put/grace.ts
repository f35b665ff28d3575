// After the signal to stop, what is under way has a while to arrive.
const GRACE_MS = 10_000;

export interface Grace {
  /** Aborted some time after the signal that it follows. */
  readonly signal: AbortSignal;
  /** Frees its timer. */
  end(): void;
}

export function graceAfter(stop: AbortSignal, graceMs = GRACE_MS): Grace {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    timer = setTimeout(() => over.abort(stop.reason), graceMs);
  };
  if (stop.aborted) start();
  else stop.addEventListener('abort', start, { once: true });
  return {
    signal: over.signal,
    end: () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', start);
    },
  };
}
