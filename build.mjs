// One esbuild pass from the sources to dist/: the CDK app, the command line, the library entries, the
// Lambdas and the benches. Skipped when no input changed, so every command may call it first.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const stamp = join(root, 'dist/.inputs');
const folders = ['bin', 'lib', 'core', 'runtime', 'lambdas', 'local', 'cli', 'bench', 'test/conformance'].filter(
  (folder) => existsSync(join(root, folder)),
);

function sources() {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}

function digest() {
  const hash = createHash('sha256');
  const files = [...sources(), join(root, 'build.mjs'), join(root, 'package.json'), join(root, 'package-lock.json')];
  for (const file of files.filter(existsSync).sort()) hash.update(file).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

const inputs = digest();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== inputs) await build();

async function build() {
  const { build: bundle } = await import('esbuild');
  // dynalite names its actions without their extension, and takes LevelDB's binary for a disk store that the lab
  // never opens; both are put right on the way into the bundle.
  const embeddedTables = {
    name: 'embedded-tables',
    setup(hooks) {
      hooks.onLoad({ filter: /[\\/]dynalite[\\/]index\.js$/ }, ({ path }) => ({
        contents: readFileSync(path, 'utf8').replace(
          /require\('\.\/(actions|validations)\/' \+ action\)/g,
          "require('./$1/' + action + '.js')",
        ),
      }));
      hooks.onResolve({ filter: /^level$/ }, () => ({ path: 'level', namespace: 'absent' }));
      hooks.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'exports.Level = undefined;' }));
    },
  };
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    legalComments: 'linked',
    logLevel: 'warning',
  };
  const present = (entries) =>
    Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(join(root, file))));
  const lambdas = readdirSync(join(root, 'lambdas')).filter((name) =>
    existsSync(join(root, 'lambdas', name, 'handler.ts')),
  );

  // An `import` of a CommonJS package reads each of its exports, and the CDK's are getters that load a file each: 888
  // files for our stacks. Required, it loads the files that are used, which halves the time of a synthesis.
  const lazyCdk = {
    name: 'lazy-cdk',
    setup({ onResolve, onLoad }) {
      const filter = /^(aws-cdk-lib|constructs)(\/|$)/;
      onResolve({ filter }, ({ path, kind }) =>
        kind === 'require-call' ? { path, external: true } : { path, namespace: 'required' },
      );
      onLoad({ filter, namespace: 'required' }, ({ path }) => ({ contents: `module.exports = require('${path}');` }));
    },
  };

  // Built beside dist/ and swapped in, so that a command which runs meanwhile never meets a half-written folder.
  const outdir = `dist.${process.pid}.tmp`;
  mkdirSync(join(root, outdir), { recursive: true });
  await Promise.all([
    // What Node imports: ES modules that share chunks. The CDK stays outside: it is a peer of whoever synthesizes.
    bundle({
      ...common,
      outdir,
      format: 'esm',
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      sourcemap: true,
      // Whoever bundles an entry to CommonJS, as a Lambda function often is, has no `import.meta.url`.
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url ?? 'file:///bundle.js');",
      },
      external: ['cdk-nag', 'esbuild'],
      plugins: [embeddedTables, lazyCdk],
      entryPoints: present({
        'bin/platform': 'bin/platform.ts',
        'bin/kinesis-platform': 'bin/kinesis-platform.ts',
        'lib/index': 'lib/index.ts',
        'runtime/producer/index': 'runtime/producer/index.ts',
        'runtime/consumer/index': 'runtime/consumer/index.ts',
        'runtime/consumer/aws': 'runtime/consumer/aws.ts',
        'bench/run': 'bench/run.ts',
        'bench/engine/server': 'bench/engine/server.ts',
        'bench/engine/client': 'bench/engine/client.ts',
        'bench/producer/client': 'bench/producer/client.ts',
        'test/conformance/run': 'test/conformance/run.ts',
        'bench/chaos/run': 'bench/chaos/run.ts',
        'bench/chaos/app': 'bench/chaos/app.ts',
      }),
    }),
    // What Lambda loads: one CommonJS file per function, which starts faster than an ES module (docs/design.md).
    bundle({
      ...common,
      outdir,
      format: 'cjs',
      minify: true,
      keepNames: true,
      outExtension: { '.js': '.cjs' },
      entryPoints: {
        ...Object.fromEntries(lambdas.map((name) => [`lambdas/${name}/index`, `lambdas/${name}/handler.ts`])),
        ...present({
          'local/runtime-loop': 'local/services/lambda/runtime-loop.ts',
          'bench/chaos/verifier/index': 'bench/chaos/verifier/handler.ts',
        }),
      },
    }),
  ]);
  writeFileSync(join(root, outdir, '.inputs'), inputs);
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  renameSync(join(root, outdir), join(root, 'dist'));
}
