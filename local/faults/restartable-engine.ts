// A durable engine that can be ended and started anew from its data directory, behind one face: who holds the face
// never notices but by what is gone, which is everything that was only in memory.
import type { KinesisEngine } from '../engine/engine.js';

type Method = (...args: readonly unknown[]) => unknown;

export interface RestartableEngine {
  /** Passes every call on to the engine that lives. */
  readonly engine: KinesisEngine;
  /** Ends the engine and starts the next from what is on disk. */
  restart(): Promise<void>;
}

/** `start` gives an engine over the same data directory, whenever it is called. */
export function createRestartableEngine(start: () => KinesisEngine): RestartableEngine {
  let current = start();
  let restarting = Promise.resolve();
  const pass =
    (name: string): Method =>
    (...args) =>
      (current as unknown as Readonly<Record<string, Method>>)[name]!(...args);
  const restart = async () => {
    await current.close();
    current = start();
  };
  const engine = Object.fromEntries(Object.keys(current).map((name) => [name, pass(name)])) as unknown as KinesisEngine;
  return {
    engine: {
      ...engine,
      async close() {
        await restarting;
        await current.close();
      },
    },
    restart() {
      restarting = restarting.then(restart);
      return restarting;
    },
  };
}
