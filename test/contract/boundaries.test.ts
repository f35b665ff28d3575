// Dependencies point one way. This holds the lint rules themselves, on probe files: every forbidden arrow is refused
// and every allowed one passes, so that a rule which matches nothing shows up here.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';

const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  bin: ['../lib/a/b.js', '../cli/a.js', 'aws-cdk-lib'],
  lib: ['../core/a/b.js', '../lambdas/alert/contract.js', 'aws-cdk-lib', 'constructs', 'node:path'],
  core: ['./a/b.js', 'node:crypto'],
  runtime: ['../core/a/b.js', '@aws-sdk/client-kinesis'],
  lambdas: ['../runtime/a/b.js', '../core/a/b.js', '@aws-sdk/client-kinesis'],
  local: ['../core/a/b.js', 'node:http'],
  cli: ['../local/a.js', '../runtime/a/b.js', '../core/a/b.js'],
};

const MAY_NOT_IMPORT: Readonly<Record<string, readonly string[]>> = {
  bin: ['../core/a.js', '../runtime/a.js', '../local/a/b.js', '../lambdas/alert/handler.js', '../bench/a.js'],
  lib: [
    '../runtime/a.js',
    '../local/a.js',
    '../cli/a.js',
    '../lambdas/alert/handler.js',
    '../../bin/a.js',
    '@aws-sdk/client-kinesis',
  ],
  core: [
    '../lib/a.js',
    '../runtime/a.js',
    '../lambdas/a/contract.js',
    '../local/a.js',
    'aws-cdk-lib/aws-sns',
    'node:fs',
    '@aws-sdk/x',
  ],
  runtime: ['../lib/a.js', '../lambdas/a/contract.js', '../local/a.js', '../cli/a.js', 'constructs'],
  lambdas: ['../lib/a.js', '../local/a.js', '../cli/a.js', 'aws-cdk-lib'],
  local: ['../lib/a.js', '../runtime/a.js', '../lambdas/a/contract.js', '../cli/a.js', 'aws-cdk-lib'],
  cli: ['../lib/a.js', '../lambdas/a/contract.js', '../bench/a.js', 'aws-cdk-lib'],
};

const tree = mkdtempSync(join(tmpdir(), 'boundaries-'));
const reports = lintProbes();
afterAll(() => rmSync(tree, { recursive: true }));

/** Lints one probe file a folder, an import a line, under this repository's own rules. */
function lintProbes(): string {
  const config = JSON.parse(readFileSync('biome.json', 'utf8'));
  writeFileSync(join(tree, 'biome.json'), JSON.stringify({ ...config, $schema: undefined, vcs: undefined }));
  for (const folder of Object.keys(MAY_IMPORT)) {
    const imports = [...MAY_NOT_IMPORT[folder]!, ...MAY_IMPORT[folder]!];
    mkdirSync(join(tree, folder));
    writeFileSync(
      join(tree, folder, 'probe.ts'),
      imports.map((path, i) => `export { x as x${i} } from '${path}';\n`).join(''),
    );
  }
  const biome = resolve('node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'lint', '--only=style/noRestrictedImports', '--reporter=github', '--max-diagnostics=none', '.'];
  return spawnSync(process.execPath, args, { cwd: tree, encoding: 'utf8' }).stdout;
}

const isRefused = (folder: string, line: number) =>
  new RegExp(`file=[^,]*${folder}/probe\\.ts,line=${line},`).test(reports);

test.each(Object.keys(MAY_IMPORT))('%s imports what the arrows allow, and nothing else', (folder) => {
  const forbidden = MAY_NOT_IMPORT[folder]!;
  const all = [...forbidden, ...MAY_IMPORT[folder]!];
  expect(all.filter((_path, i) => isRefused(folder, i + 1))).toEqual(forbidden);
});
