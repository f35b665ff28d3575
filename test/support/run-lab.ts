// Runs the built command line as a child, as a user does.
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

const ROOT = resolve(__dirname, '../..');
const COMMAND = join(ROOT, 'dist/bin/kinesis-platform.js');
const READY_LIMIT_MS = 30_000;

export interface Ready {
  readonly endpoint: string;
  readonly region: string;
  readonly streams: readonly string[];
  /** Variables that lead an SDK to the other services. */
  readonly services: Readonly<Record<string, string>>;
}

export interface Totals {
  readonly produced: number;
  readonly rejected: number;
  readonly consumers: Readonly<
    Record<string, { carriedOver?: number; processed: number; failed: number; unread: number }>
  >;
  readonly delivered: number;
  readonly alerts: number;
  readonly resizes: number;
  readonly balanced: boolean;
  readonly refusedCalls: number;
}

export interface LabRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Builds what the command runs, unless it is built already. */
export function buildOnce(): void {
  execFileSync(process.execPath, ['build.mjs'], { cwd: ROOT });
}

/** A lab in a folder of its own, with its input, when it has one, in a file of that folder. */
export class LabChild {
  readonly dir = mkdtempSync(join(tmpdir(), 'lab-'));
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<LabRun>;

  readonly #buckets: string;

  constructor(args: readonly string[], input?: { readonly name: string; readonly text: string }) {
    const dataDir = args[args.indexOf('--data-dir') + 1];
    this.#buckets = join(args.includes('--data-dir') ? dataDir! : join(this.dir, 'lab'), 'buckets');
    const file = join(this.dir, input?.name ?? '');
    if (input) writeFileSync(file, input.text);
    const own = ['--dir', join(this.dir, 'lab'), '--ready-file', this.#readyFile];
    const port = args.includes('--port') ? [] : ['--port', '0'];
    this.child = spawn(
      process.execPath,
      [COMMAND, 'lab', ...port, ...own, ...args, ...(input ? ['--input', file] : [])],
      { cwd: ROOT },
    );
    let stdout = '';
    let stderr = '';
    this.child.stdout.on('data', (chunk) => (stdout += chunk));
    this.child.stderr.on('data', (chunk) => (stderr += chunk));
    this.ended = new Promise((done) => this.child.on('close', (status) => done({ status, stdout, stderr })));
  }

  get #readyFile(): string {
    return join(this.dir, 'ready.json');
  }

  /** What the ready file says, once it is there. */
  async ready(): Promise<Ready> {
    for (let waitedMs = 0; waitedMs < READY_LIMIT_MS; waitedMs += 20) {
      if (existsSync(this.#readyFile)) return JSON.parse(readFileSync(this.#readyFile, 'utf8'));
      if (this.child.exitCode !== null) throw new Error(`the lab ended early: ${(await this.ended).stderr}`);
      await wait(20);
    }
    throw new Error('the lab did not become ready');
  }

  /** Events in the delivered objects. */
  delivered(): { readonly id: string; readonly key: string; readonly payload: Readonly<Record<string, unknown>> }[] {
    return this.objects(/deliverybucket\w+\/events\//).flatMap((body) =>
      gunzipSync(body)
        .toString()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    );
  }

  /** Objects of every bucket in folders whose path matches `part`. */
  objects(part: RegExp): Buffer[] {
    return readdirSync(this.#buckets, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && part.test(entry.parentPath))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  }

  clean(): void {
    this.child.kill('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** The object on the last line of standard output. */
export function totalsOf({ stdout }: LabRun): Totals {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}

/** Processes whose parent is `pid`. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]!.split(' ')[1]) === pid;
      } catch {
        return false;
      }
    })
    .map(Number);
}
