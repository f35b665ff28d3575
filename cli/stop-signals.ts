// Ctrl-C and SIGTERM: the first asks for an orderly end, a second one forces it.

/** npm and the terminal may both pass on one Ctrl-C; what follows this soon is the same one. */
const SAME_SIGNAL_MS = 1_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const FORCED_EXIT_STATUS = 130;
const PARENT_POLL_MS = 250;

export interface StopSignals {
  /** Aborted by the first signal, or when the time is up. */
  readonly signal: AbortSignal;
  /** Ends the run after this wall time as a signal would. */
  endAfter(ms: number): void;
  /** Gives the signals back to Node. */
  close(): void;
}

/** What is forced leaves no child behind: function processes end with the lab's. */
export function watchStopSignals(): StopSignals {
  const stop = new AbortController();
  let firstAt = 0;
  let timer: NodeJS.Timeout | undefined;
  const receive = (name: NodeJS.Signals) => {
    if (firstAt === 0) {
      firstAt = performance.now();
      stop.abort(new Error(`stopped by ${name}`));
    } else if (performance.now() - firstAt > SAME_SIGNAL_MS) {
      process.exit(FORCED_EXIT_STATUS);
    }
  };
  for (const name of SIGNALS) process.on(name, receive);
  const parent = watchNpm(() => stop.abort(new Error('stopped with npm')));
  return {
    signal: stop.signal,
    // No AbortSignal.timeout: Node 20 forgets one that only a composite signal refers to.
    endAfter: (ms) => {
      timer = setTimeout(() => stop.abort(new Error('the duration is over')), ms);
    },
    close: () => {
      clearTimeout(timer);
      clearInterval(parent);
      for (const name of SIGNALS) process.off(name, receive);
    },
  };
}

/**
 * npm passes a signal on to the shell of its script, and not every shell passes it on to its command: there the shell's
 * end is the signal. Nobody else's parent matters: a lab in the background may outlive the shell that started it.
 */
function watchNpm(onEnd: () => void): NodeJS.Timeout | undefined {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const { ppid } = process;
  const timer = setInterval(() => {
    if (process.ppid === ppid) return;
    clearInterval(timer);
    onEnd();
  }, PARENT_POLL_MS);
  return timer;
}
