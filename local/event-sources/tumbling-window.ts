// State of a tumbling window of one shard: it is handed to the function with each batch and taken from its answer.
import { TUMBLING_STATE_MAX_BYTES } from '../../core/limits-lambda.js';

export interface WindowBounds {
  readonly startMs: number;
  readonly endMs: number;
}

/** An open window and its state, as the next run of the lab finds them. */
export interface KeptWindow extends WindowBounds {
  readonly state: unknown;
}

/** Fields that a windowed event has beside its records. */
export interface WindowFields {
  readonly window: { readonly start: string; readonly end: string };
  readonly state: unknown;
  readonly shardId: string;
  readonly eventSourceARN: string;
  readonly isFinalInvokeForWindow: boolean;
  readonly isWindowTerminatedEarly: boolean;
}

/** The window that a record belongs to by its arrival, aligned to the epoch. */
export function windowOf(arrivalMs: number, lengthMs: number): WindowBounds {
  const startMs = Math.floor(arrivalMs / lengthMs) * lengthMs;
  return { startMs, endMs: startMs + lengthMs };
}

export class TumblingWindow {
  readonly #source: { readonly shardId: string; readonly eventSourceArn: string };
  #bounds: WindowBounds | undefined;
  #state: unknown;
  #stateBytes = 0;

  /** Goes on with the window that an earlier run has left open. */
  constructor(shardId: string, eventSourceArn: string, kept?: KeptWindow | null) {
    this.#source = { shardId, eventSourceArn };
    this.#setState(kept?.state ?? {});
    if (kept) this.#bounds = { startMs: kept.startMs, endMs: kept.endMs };
  }

  /** The open window, if any. */
  get bounds(): WindowBounds | undefined {
    return this.#bounds;
  }

  /** The open window, for the next run. */
  kept(): KeptWindow | null {
    return this.#bounds ? { ...this.#bounds, state: this.#state } : null;
  }

  /** Bytes that the state takes in an event. */
  get stateBytes(): number {
    return this.#stateBytes;
  }

  /** Whether the state has outgrown its limit, so that the window must end early. */
  get overflowed(): boolean {
    return this.#stateBytes > TUMBLING_STATE_MAX_BYTES;
  }

  open(bounds: WindowBounds): void {
    this.#bounds = bounds;
    this.#setState({});
  }

  /** Ends the window, or begins it anew when it goes on after an early end. */
  close(goesOn: boolean): void {
    this.#setState({});
    if (!goesOn) this.#bounds = undefined;
  }

  /** Takes the state out of an answer; false when it carries none. */
  take(answer: unknown): boolean {
    if (typeof answer !== 'object' || answer === null || !('state' in answer)) return false;
    this.#setState(answer.state ?? {});
    return true;
  }

  #setState(state: unknown): void {
    this.#state = state;
    this.#stateBytes = Buffer.byteLength(JSON.stringify(state));
  }

  fields(final: boolean, early: boolean): WindowFields {
    const { startMs, endMs } = this.#bounds ?? { startMs: 0, endMs: 0 };
    return {
      window: { start: isoSeconds(startMs), end: isoSeconds(endMs) },
      state: this.#state,
      shardId: this.#source.shardId,
      eventSourceARN: this.#source.eventSourceArn,
      isFinalInvokeForWindow: final,
      isWindowTerminatedEarly: early,
    };
  }
}

function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
