// Runs the CDK app as the CDK's own command line does, without loading it: the lab's input is what it writes.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UsageError } from './usage-error.js';

/** What `cdk synth` adds to the context of every app; construct paths depend on the first. */
const CLI_CONTEXT = {
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:version-reporting': false,
  'aws:cdk:bundling-stacks': ['**'],
} as const;

/** Wall time that an app gets to end when the synthesis is stopped. */
const STOP_LIMIT_MS = 2_000;

export interface SynthesisOptions {
  /** Folder whose cdk.json is used, when it has one. */
  readonly cwd: string;
  /** This package's folder: its own app is run when `cwd` has no cdk.json. */
  readonly packageDir: string;
  /**
   * Command of the app.
   *
   * @default - as cdk.json says
   */
  readonly app?: string;
  readonly outDir: string;
  readonly context: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Synthesizes into `outDir`. A mistake in the configuration is one clear error; anything else shows the app's output. */
export async function synthesize(options: SynthesisOptions): Promise<string> {
  const { appDir, context, app } = options.app
    ? { appDir: options.cwd, context: {}, app: options.app }
    : await readApp(options);
  const outDir = resolve(options.outDir);
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  const { code, output } = await run(app, appDir, options.signal, {
    ...process.env,
    CDK_OUTDIR: outDir,
    CDK_CONTEXT_JSON: JSON.stringify({ ...CLI_CONTEXT, ...context, ...options.context }),
    CDK_DEFAULT_ACCOUNT: '000000000000',
    CDK_DEFAULT_REGION: 'us-east-1',
    CDK_VALIDATION: 'false',
  });
  options.signal?.throwIfAborted();
  if (code !== 0) throw explain(output, app, code);
  if (!existsSync(join(outDir, 'manifest.json'))) {
    throw new UsageError(
      `'app' of cdk.json must write a cloud assembly, got none from '${app}'; call app.synth() in it`,
    );
  }
  return outDir;
}

/** A folder that holds an assembly, or a clear refusal. */
export async function checkAssembly(dir: string): Promise<string> {
  const entry = await stat(join(dir, 'manifest.json')).catch(() => undefined);
  if (!entry?.isFile()) {
    throw new UsageError(`'--assembly' must be a folder with a manifest.json, got '${dir}'; run 'cdk synth' first`);
  }
  return resolve(dir);
}

async function readApp({ cwd, packageDir }: SynthesisOptions) {
  const appDir = existsSync(join(cwd, 'cdk.json')) ? cwd : packageDir;
  const path = join(appDir, 'cdk.json');
  if (!existsSync(path)) return { appDir, app: 'node dist/bin/platform.js', context: {} };
  let config: { readonly app?: unknown; readonly context?: Readonly<Record<string, unknown>> };
  try {
    config = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`'${path}' must be JSON, got ${error instanceof Error ? error.message : error}; correct it`);
  }
  if (typeof config.app !== 'string' || config.app === '') {
    throw new UsageError(
      `'app' of '${path}' must be a command, got ${JSON.stringify(config.app) ?? 'nothing'}; set it`,
    );
  }
  return { appDir, app: config.app, context: config.context ?? {} };
}

function run(command: string, cwd: string, signal: AbortSignal | undefined, env: NodeJS.ProcessEnv) {
  return new Promise<{ code: number; output: string }>((done, fail) => {
    if (signal?.aborted) return fail(signal.reason);
    // In a group of its own: the shell passes no signal on to what it runs.
    const child = spawn(command, { cwd, env, shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer) => {
      output += chunk.toString('utf8');
    };
    let forced: NodeJS.Timeout | undefined;
    const stop = () => {
      killGroup(child, 'SIGTERM');
      forced = setTimeout(() => killGroup(child, 'SIGKILL'), STOP_LIMIT_MS);
    };
    signal?.addEventListener('abort', stop, { once: true });
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', fail);
    child.on('close', (code) => {
      signal?.removeEventListener('abort', stop);
      clearTimeout(forced);
      done({ code: code ?? 1, output });
    });
  });
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

/** An output without a stack is what the app's author wrote for its user; of an uncaught ConfigError it is the message. */
function explain(output: string, app: string, code: number): Error {
  const text = output.trim();
  if (text !== '' && !/^ {4}at /m.test(text)) return new UsageError(text);
  const [, message] = /(?:^|\n)(?:Uncaught )?ConfigError: (.+(?:\n(?! {4}at ).+)*)/.exec(text) ?? [];
  if (message !== undefined) return new UsageError(message.replace(/ \{$/, ''));
  return new Error(`synthesize '${app}' failed with exit status ${code}:\n${text}`);
}
