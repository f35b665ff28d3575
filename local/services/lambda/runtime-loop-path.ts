import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Path of the built runtime loop.
 *
 * The build puts it into `dist/local` of the package root, which stands above this file both in the sources and in
 * the bundle, at different depths.
 */
export function runtimeLoopPath(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'dist/local/runtime-loop.cjs');
    if (existsSync(path)) return path;
  }
  throw new Error("read the runtime loop failed: no dist/local/runtime-loop.cjs; run 'npm run build'");
}
