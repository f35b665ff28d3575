// What a bundle costs at a cold start.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { median, round } from './bench.js';

const run = promisify(execFile);

const LOAD_ROUNDS = 9;

/** Size of a bundle, and how long a fresh process takes to load it. */
export async function measureBundle(
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly kilobytes: number; readonly loadMs: number }> {
  const script =
    'const start = performance.now(); require(process.argv[1]); process.stdout.write(String(performance.now() - start))';
  const loads: number[] = [];
  for (let turn = 0; turn < LOAD_ROUNDS; turn += 1) {
    const { stdout } = await run(process.execPath, ['-e', script, file], { env: { ...process.env, ...env } });
    loads.push(Number(stdout.slice(stdout.lastIndexOf('\n') + 1)));
  }
  return { kilobytes: round(statSync(file).size / 1_024, 1), loadMs: round(median(loads), 1) };
}

/** Bundles and minifies `contents`, which stands at the root of the repository, as a function's code is, and measures that. */
export async function measureSource(contents: string): ReturnType<typeof measureBundle> {
  const { build } = await import('esbuild');
  const folder = mkdtempSync(join(tmpdir(), 'bench-bundle-'));
  const outfile = join(folder, 'index.cjs');
  try {
    await build({
      stdin: { contents, resolveDir: resolve('.') },
      outfile,
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      mainFields: ['module', 'main'],
      logLevel: 'error',
    });
    return await measureBundle(outfile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
