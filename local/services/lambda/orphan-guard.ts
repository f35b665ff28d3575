// Ends what a killed lab leaves behind. A function's process ends by itself when the lab is gone, unless it is busy
// for ever and never hears of it. So one small shell hears instead: its input ends with the lab, however that ends.
import { type ChildProcess, spawn } from 'node:child_process';

/** Reads `+ <pid>` and `- <pid>`; at the end of its input it kills those that are left. */
const SCRIPT = `
trap '' HUP INT TERM
pids=
while read -r sign pid; do
  case $sign in
    +) pids="$pids $pid" ;;
    -) left=; for each in $pids; do [ "$each" = "$pid" ] || left="$left $each"; done; pids=$left ;;
  esac
done
[ -z "$pids" ] || kill -9 $pids
`;

export class OrphanGuard {
  #shell: ChildProcess | undefined;

  /** Watches over a process until `exited`. */
  watch(pid: number | undefined, exited: Promise<void>): void {
    if (pid === undefined) return;
    this.#tell(`+ ${pid}`);
    void exited.then(() => this.#tell(`- ${pid}`));
  }

  /** Ends the shell, and what it still watches over. */
  stop(): Promise<void> {
    const shell = this.#shell;
    if (!shell || shell.exitCode !== null || shell.pid === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      shell.once('exit', () => resolve());
      shell.stdin?.end();
    });
  }

  #tell(line: string): void {
    this.#shell ??= start();
    if (this.#shell.stdin?.writable) this.#shell.stdin.write(`${line}\n`);
  }
}

/** Where there is no shell there is no guard: the processes still end by themselves, but for the busy ones. */
function start(): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'] });
  shell.on('error', () => undefined);
  shell.stdin?.on('error', () => undefined);
  return shell;
}
