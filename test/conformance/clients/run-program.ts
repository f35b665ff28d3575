// A program of a foreign toolchain, bounded in time and ended with all that it has started.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What to run. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** What came of it. */
export interface ProgramEnd {
  readonly stdout: string;
  /** Why it did not end well; undefined when it did. */
  readonly failure?: string;
}

/** Most of the output that a reason quotes. */
const QUOTED_CHARACTERS = 300;

/** Where a command is found on the path; undefined when it is not. */
export function findCommand(command: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Runs it to its end. */
export function runProgram({ command, args, cwd, env, timeoutMs }: Program): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    // A group of its own, so that daemons which it starts end with it.
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    let late = false;
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Nothing of it is left.
      }
    };
    const timer = setTimeout(() => {
      late = true;
      end();
    }, timeoutMs);
    process.once('exit', end);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.stderr += text;
    });
    const finish = (failure: string | undefined) => {
      clearTimeout(timer);
      process.off('exit', end);
      end();
      resolve({ stdout: output.stdout, ...(failure === undefined ? {} : { failure }) });
    };
    child.once('error', (error) => finish(error.message));
    child.once('exit', end);
    child.once('close', (code, signal) => {
      const told = tail(output.stderr) || tail(output.stdout);
      if (late) finish(`took more than ${timeoutMs / 1_000} s: ${told}`);
      else finish(code === 0 ? undefined : `ended with ${code ?? signal}: ${told}`);
    });
  });
}

/** The last lines that say something. */
function tail(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line) && !line.startsWith('{'));
  return lines.slice(-3).join(' ').slice(-QUOTED_CHARACTERS);
}
