// The processes of the engine bench, and the messages between them and their parent.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Done, Work } from './traffic.js';

/** A server that runs until it is ended. */
export interface Server {
  readonly url: string;
  /** From starting the process to serving. */
  readonly readyMs: number;
  residentBytes(): Promise<number>;
  stop(): Promise<void>;
}

export async function startServer(kind: 'engine' | 'engine-with-limits' | 'null'): Promise<Server> {
  const startMs = performance.now();
  const child = fork(programOf('server'), [kind]);
  const { url } = await message<{ url: string }>(child);
  return {
    url,
    readyMs: performance.now() - startMs,
    async residentBytes() {
      child.send('memory');
      return (await message<{ rss: number }>(child)).rss;
    },
    stop: () => end(child),
  };
}

/** Lets one client process do each piece of work, all at once; gives their records a second together. */
export async function recordsPerSecond(url: string, works: readonly Work[]): Promise<number> {
  const clients = works.map(() => fork(programOf('client'), [url]));
  try {
    await Promise.all(clients.map((client) => message(client)));
    const startMs = performance.now();
    const done = await Promise.all(
      clients.map((client, i) => {
        client.send(works[i]!);
        return message<Done>(client);
      }),
    );
    const seconds = (performance.now() - startMs) / 1_000;
    return done.reduce((sum, { records }) => sum + records, 0) / seconds;
  } finally {
    await Promise.all(clients.map(end));
  }
}

function programOf(name: 'server' | 'client'): string {
  // The benches are bundled to dist/bench/run.js, the programs to dist/bench/engine/.
  return fileURLToPath(new URL(`./engine/${name}.js`, import.meta.url));
}

/** The next message of a process; rejects when it ends instead. */
export function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`a bench process ended early: ${child.spawnargs.join(' ')}`));
    child.once('exit', onExit);
    child.once('message', (value) => {
      child.off('exit', onExit);
      resolve(value as T);
    });
  });
}

/** Ends a process, if it has not ended by itself. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
