// Keeps a function's modules to its asset: in an account nothing lies above it, so no package.json there may say what its
// `.js` files are. Here the asset lies in somebody's project, which may well be of type "module".
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join, relative } from 'node:path';

interface CompilingModule {
  _compile(content: string, path: string): unknown;
}

type Extension = (module: CompilingModule, path: string) => unknown;

/** Has `.js` files of the asset taken for CommonJS unless a package.json of the asset says something else. */
export function keepToAsset(taskRoot: string): void {
  const root = realpathSync(taskRoot);
  const extensions = (Module as unknown as { _extensions: Record<string, Extension> })._extensions;
  const load = extensions['.js']!;
  extensions['.js'] = (module, path) => {
    if (!isWithin(root, path) || hasPackage(root, dirname(path))) return load(module, path);
    return module._compile(readFileSync(path, 'utf8'), path);
  };
}

function hasPackage(root: string, folder: string): boolean {
  if (existsSync(join(folder, 'package.json'))) return true;
  return folder !== root && hasPackage(root, dirname(folder));
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && !way.startsWith('..');
}
