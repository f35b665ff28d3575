// The lab's one clock. Lab time runs `speed` times as fast as the wall, but never outruns the work: while
// something is in flight the clock stays within SLACK_MS of where that work began, plus the wall time it has taken.

/** How far lab time may run ahead of the oldest unfinished work, in lab milliseconds. */
const SLACK_MS = 1_000;

/** Most wall time that a stalled process makes up for afterwards. */
const MAX_CREDIT_WALL_MS = 100;

/** Wall time between two steps of the clock. */
const TICK_MS = 5;

export interface Clock {
  /** Lab time in epoch milliseconds. */
  nowMs(): number;
  /** Resolves after `ms` of lab time; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs `work` while keeping lab time from outrunning it. */
  hold<T>(work: () => Promise<T>): Promise<T>;
}

interface Timer {
  readonly dueMs: number;
  readonly fire: () => void;
}

interface Hold {
  readonly labMs: number;
  readonly wallMs: number;
}

export interface LabClockOptions {
  /** Lab milliseconds per wall millisecond. */
  readonly speed: number;
  /** Lab time at the start, epoch milliseconds. */
  readonly startMs: number;
}

/**
 * Clock of a running lab, stepped by a wall timer.
 *
 * Reading it never moves it: between two steps, what a timer started runs at that timer's own time.
 */
export class LabClock implements Clock {
  readonly #speed: number;
  readonly #startMs: number;
  readonly #startWallMs = performance.now();
  readonly #timers: Timer[] = [];
  readonly #holds = new Set<Hold>();
  readonly #ticker: NodeJS.Timeout;
  #labMs: number;
  #wallMs = this.#startWallMs;
  #creditMs = 0;

  constructor(options: LabClockOptions) {
    this.#speed = options.speed;
    this.#startMs = options.startMs;
    this.#labMs = options.startMs;
    this.#ticker = setInterval(() => this.#step(), TICK_MS);
  }

  nowMs(): number {
    return Math.floor(this.#labMs);
  }

  /** Lab time passed per wall time so far: the speed that was achieved. */
  achievedSpeed(): number {
    const wallMs = performance.now() - this.#startWallMs;
    return wallMs === 0 ? this.#speed : (this.nowMs() - this.#startMs) / wallMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.#timers.splice(this.#timers.indexOf(timer), 1);
        reject(signal?.reason);
      };
      const fire = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const timer: Timer = { dueMs: this.nowMs() + Math.max(0, ms), fire };
      signal?.addEventListener('abort', onAbort, { once: true });
      const after = this.#timers.findIndex((other) => other.dueMs > timer.dueMs);
      this.#timers.splice(after === -1 ? this.#timers.length : after, 0, timer);
    });
  }

  async hold<T>(work: () => Promise<T>): Promise<T> {
    const hold: Hold = { labMs: this.nowMs(), wallMs: performance.now() };
    this.#holds.add(hold);
    try {
      return await work();
    } finally {
      this.#holds.delete(hold);
    }
  }

  stop(): void {
    clearInterval(this.#ticker);
  }

  /** Moves lab time on, no further than the first pending timer and the oldest unfinished work allow. */
  #advance(): void {
    const wallMs = performance.now();
    this.#creditMs = Math.min(this.#creditMs + (wallMs - this.#wallMs) * this.#speed, MAX_CREDIT_WALL_MS * this.#speed);
    this.#wallMs = wallMs;
    let target = this.#labMs + this.#creditMs;
    for (const hold of this.#holds) {
      const limit = hold.labMs + SLACK_MS + (wallMs - hold.wallMs);
      if (limit >= target) continue;
      target = Math.max(limit, this.#labMs);
      this.#creditMs = target - this.#labMs;
    }
    const next = this.#timers[0];
    if (next) target = Math.min(target, Math.max(next.dueMs, this.#labMs));
    this.#creditMs -= target - this.#labMs;
    this.#labMs = target;
  }

  /** Fires the timers that are due, then goes on at once if more lab time is owed: what they started runs first. */
  #step(): void {
    this.#advance();
    const due = this.#labMs;
    let fired = 0;
    for (; this.#timers[0] && this.#timers[0].dueMs <= due; fired += 1) this.#timers.shift()?.fire();
    if (fired > 0) setImmediate(() => this.#step());
  }
}
