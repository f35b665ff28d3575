// Finds a function's handler in its asset as Lambda's Node.js runtime does: `<file>.<export>`.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { keepToAsset } from './asset-modules.js';

export type Handler = (event: unknown, context: unknown, callback: Callback) => unknown;

export type Callback = (error?: unknown, result?: unknown) => void;

/** Endings in the order in which Lambda tries them. */
const ENDINGS = ['', '.js', '.mjs', '.cjs'];

/** An error with the type that Lambda reports. */
export class LoadError extends Error {
  constructor(errorType: string, message: string) {
    super(message);
    this.name = errorType;
  }
}

export async function loadHandler(taskRoot: string, handler: string): Promise<Handler> {
  const [, file, names] = /^([^.]*)\.(.+)$/.exec(basename(handler)) ?? [];
  if (!file || !names) throw new LoadError('Runtime.MalformedHandlerName', `Bad handler '${handler}'`);
  const base = join(taskRoot, dirname(handler), file);
  const path = ENDINGS.map((ending) => base + ending).find((candidate) => existsSync(candidate));
  if (!path) throw new LoadError('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`);
  keepToAsset(taskRoot);
  let found: unknown = await load(path);
  for (const name of names.split('.')) found = (found as Record<string, unknown> | undefined)?.[name];
  if (found === undefined) throw new LoadError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw new LoadError('Runtime.HandlerNotFound', `${handler} is not a function`);
  return found as Handler;
}

async function load(path: string): Promise<unknown> {
  if (!path.endsWith('.mjs')) {
    try {
      return createRequire(path)(path);
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_REQUIRE_ESM') throw error;
    }
  }
  return import(pathToFileURL(path).href);
}
