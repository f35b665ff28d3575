import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Folder of a Lambda that this package was built with.
 *
 * The build puts the bundles in `dist/lambdas` of the package root, which stands above this file both in the
 * sources and in the bundle, at different depths.
 */
export function lambdaAsset(name: string): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const asset = join(folder, 'dist/lambdas', name);
    if (existsSync(asset)) return asset;
  }
  throw new Error(`read the bundle of Lambda '${name}' failed: no dist/lambdas/${name}; run 'npm run build'`);
}
