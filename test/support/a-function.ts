import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionModel } from '../../local/template/model.js';

/** A function of the lab. */
export function aFunction(overrides: Partial<FunctionModel> = {}): FunctionModel {
  const name = overrides.name ?? 'fn';
  return {
    logicalId: 'Fn',
    path: 'Fn',
    name,
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    assetPath: '/nowhere',
    handler: 'index.handler',
    environment: {},
    memoryMiB: 128,
    timeoutMs: 5_000,
    reservedConcurrency: undefined,
    ...overrides,
  };
}

/** Writes an asset with one file into a folder of its own below `parent`, and returns that. */
export function anAsset(parent: string, source: string, file = 'index.js'): string {
  const folder = mkdtempSync(join(parent, 'asset-'));
  writeFileSync(join(folder, file), source);
  return folder;
}
