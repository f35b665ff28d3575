// Counts the occasions of a run and hands out their mishaps, so that the same seed disturbs the same ordinals.
import type { ChaosObserver } from './chaos-observer.js';
import type { Mishap, Site } from './mishap.js';
import { planMishap } from './plan-mishap.js';

/** One occasion, and what goes wrong with it. */
export interface Occasion<S extends Site> {
  readonly ordinal: number;
  readonly mishap: Mishap<S> | undefined;
}

export class FaultDesk {
  readonly #seed: number;
  readonly #observer: ChaosObserver;
  readonly #occasions = new Map<string, number>();
  #closed = false;

  constructor(seed: number, observer: ChaosObserver) {
    this.#seed = seed;
    this.#observer = observer;
  }

  /** Counts one more occasion and tells the observer of its mishap. */
  next<S extends Site>(site: S, name: string, detail?: string): Occasion<S> {
    const key = `${site}/${name}`;
    const ordinal = (this.#occasions.get(key) ?? 0) + 1;
    this.#occasions.set(key, ordinal);
    const mishap = this.#closed ? undefined : planMishap(this.#seed, { site, name, ordinal });
    if (mishap) this.#observer.fault({ site, name, ordinal, kind: mishap.kind, size: mishap.size, detail });
    return { ordinal, mishap };
  }

  /** Tells of a request that was done, and whose reply went down with the engine's restart. */
  cut(site: Site, name: string, ordinal: number): void {
    this.#observer.fault({ site, name, ordinal, kind: 'cut-by-restart', size: 0, detail: undefined });
  }

  /** From now on nothing goes wrong. */
  close(): void {
    this.#closed = true;
  }
}
