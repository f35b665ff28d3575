// What the lab uses of dynalite, which ships no types.
declare module 'dynalite' {
  import type { EventEmitter } from 'node:events';

  interface DynaliteOptions {
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }

  /** An HTTP server that need not listen: it answers `request` events. */
  export default function dynalite(options?: DynaliteOptions): EventEmitter;
}
