// A push that is refused, is cut off after some events, or ends with its engine.
import { setMaxListeners } from 'node:events';
import type { EngineLife } from './engine-life.js';
import type { Mishap } from './mishap.js';
import { failed, throttled, unavailable } from './trouble.js';

/** A push is cut off after at most so many events. */
const MAX_EVENTS = 20;

/** Pushes what `subscribe` does, as far as the mishap lets it. */
export async function* pushUntil<T>(
  life: EngineLife,
  mishap: Mishap<'push'> | undefined,
  signal: AbortSignal,
  subscribe: (end: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  const alive = life.watch(unavailable);
  alive();
  if (mishap?.kind === 'throttle') throw throttled('SubscribeToShard');
  if (mishap?.kind === 'fail') throw failed();
  let left = mishap?.kind === 'cut' ? 1 + Math.floor(mishap.size * MAX_EVENTS) : Number.POSITIVE_INFINITY;
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  const stop = () => end.abort();
  signal.addEventListener('abort', stop, { once: true });
  const unwatch = life.onEnd(stop);
  try {
    for await (const event of subscribe(end.signal)) {
      alive();
      yield event;
      left -= 1;
      if (left === 0) throw failed();
    }
    alive();
  } finally {
    unwatch();
    signal.removeEventListener('abort', stop);
    stop();
  }
}
