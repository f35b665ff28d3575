// What a call to the stream goes through: it is refused, delayed, lost on its way there or back, or ends with its engine.
import type { Clock } from '../clock.js';
import type { EngineLife } from './engine-life.js';
import type { FaultDesk } from './fault-desk.js';
import type { Mishap } from './mishap.js';
import { expired, failed, throttled } from './trouble.js';

/** Longest delay of a request, in lab time. */
const MAX_DELAY_MS = 800;

/** One call, what is to go wrong with it, and what the caller sees when its connection is lost. */
export interface Attempt {
  readonly site: 'request' | 'read';
  readonly operation: string;
  readonly ordinal: number;
  readonly mishap: Mishap<'request'> | Mishap<'read'> | undefined;
  readonly lost: () => Error;
}

export class Ordeal {
  readonly #life: EngineLife;
  readonly #desk: FaultDesk;
  readonly #clock: Clock;

  constructor(life: EngineLife, desk: FaultDesk, clock: Clock) {
    this.#life = life;
    this.#desk = desk;
    this.#clock = clock;
  }

  /** Runs the call, unless its mishap comes before; gives its output, unless its mishap comes after. */
  async undergo(attempt: Attempt, run: () => Promise<unknown>): Promise<unknown> {
    const { mishap, lost } = attempt;
    const alive = this.#life.watch(lost);
    alive();
    await this.#before(attempt);
    alive();
    const output = await run();
    if (mishap?.kind === 'lose-reply') throw lost();
    if (mishap?.kind === 'restart-after') this.#life.end(mishap.size);
    try {
      alive();
    } catch (error) {
      if (mishap?.kind !== 'restart-after') this.#desk.cut(attempt.site, attempt.operation, attempt.ordinal);
      throw error;
    }
    return output;
  }

  async #before({ operation, mishap, lost }: Attempt): Promise<void> {
    switch (mishap?.kind) {
      case 'throttle':
        throw throttled(operation);
      case 'fail':
        throw failed();
      case 'lose-request':
        throw lost();
      case 'expire-iterator':
        if (operation === 'GetRecords') throw expired();
        return;
      case 'restart-before':
        return this.#life.end(mishap.size);
      case 'delay':
        return this.#clock.sleep(mishap.size * MAX_DELAY_MS);
    }
  }
}
