// Every TypeScript block of the README and the docs compiles against the sources, as a reader would paste it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

interface Snippet {
  readonly file: string;
  readonly line: number;
  readonly code: string;
}

function snippetsOf(file: string): Snippet[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```/gms)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length,
    code: match[1]!,
  }));
}

function compile(snippets: readonly Snippet[]): string[] {
  const folder = mkdtempSync(resolve('test/docs/.snippets-'));
  try {
    const names = snippets.map(({ file, line }) => `${file.replaceAll(/[^a-z0-9]+/gi, '-')}-line-${line}.ts`);
    for (const [i, { code }] of snippets.entries()) writeFileSync(join(folder, names[i]!), `${code}\nexport {};\n`);
    const root = relative(folder, process.cwd());
    const tsconfig = {
      extends: `${root}/tsconfig.json`,
      compilerOptions: {
        noUnusedLocals: false,
        paths: {
          'cdk-kinesis-platform': [`${root}/lib/index.ts`],
          'cdk-kinesis-platform/producer': [`${root}/runtime/producer/index.ts`],
          'cdk-kinesis-platform/consumer': [`${root}/runtime/consumer/index.ts`],
          'cdk-kinesis-platform/consumer/aws': [`${root}/runtime/consumer/aws.ts`],
        },
      },
      include: ['*.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    const tsc = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder], { encoding: 'utf8' });
    return tsc.stdout.split('\n').filter((line) => line.includes('error'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const docs = readdirSync('docs', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs', name));
const snippets = ['README.md', 'CONTRIBUTING.md', ...docs].flatMap(snippetsOf);

test('the README shows a construct', () => {
  expect(snippets.filter(({ file }) => file === 'README.md').length).toBeGreaterThan(0);
});

test('every snippet compiles', () => {
  expect(compile(snippets)).toEqual([]);
});

test('fails when a snippet uses what the library does not export', () => {
  const wrong = { file: 'x.md', line: 1, code: "import { NoSuchConstruct } from 'cdk-kinesis-platform';\n" };
  expect(compile([wrong]).join()).toMatch(/no exported member|has no exported/);
});
