import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { checkAssembly, synthesize } from '../../cli/synthesize.js';
import { UsageError } from '../../cli/usage-error.js';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'synthesize-'));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

/** Puts a cdk.json into the folder whose app is this script. */
async function anApp(script: string, context: object = {}): Promise<void> {
  await writeFile(join(cwd, 'app.js'), script);
  await writeFile(join(cwd, 'cdk.json'), JSON.stringify({ app: 'node app.js', context }));
}

function run(context: Record<string, string> = {}) {
  return synthesize({ cwd, packageDir: cwd, outDir: join(cwd, 'out'), context });
}

test('runs the app as the CDK does: output folder, context, construct paths on, validation off', async () => {
  await anApp(
    `const { CDK_OUTDIR, CDK_CONTEXT_JSON, CDK_VALIDATION } = process.env;
     require('node:fs').writeFileSync(CDK_OUTDIR + '/manifest.json', JSON.stringify({ CDK_CONTEXT_JSON, CDK_VALIDATION }));`,
    { a: 1, b: 2 },
  );
  const outDir = await run({ b: 'mine' });
  const seen = JSON.parse(await readFile(join(outDir, 'manifest.json'), 'utf8'));
  expect(seen.CDK_VALIDATION).toBe('false');
  expect(JSON.parse(seen.CDK_CONTEXT_JSON)).toMatchObject({
    a: 1,
    b: 'mine',
    'aws:cdk:enable-path-metadata': true,
  });
});

test('fails with the message of a ConfigError alone', async () => {
  await anApp(`class ConfigError extends Error { name = 'ConfigError' }
    throw Object.assign(new ConfigError("'shards' must be 1 or more, got 0; raise it [App]"), { constructPath: 'App' });`);
  const failure = run();
  await expect(failure).rejects.toThrow(UsageError);
  await expect(failure).rejects.toThrow(/^'shards' must be 1 or more, got 0; raise it \[App\]$/);
});

test('fails with what the app itself says, when that is no stack trace', async () => {
  await anApp(`process.stderr.write("'platform.x' must be known\\n"); process.exitCode = 1;`);
  const failure = run();
  await expect(failure).rejects.toThrow(UsageError);
  await expect(failure).rejects.toThrow(/^'platform\.x' must be known$/);
});

test('fails with the whole output of the app for any other error', async () => {
  await anApp(`throw new Error('surprise')`);
  const failure = run();
  await expect(failure).rejects.not.toThrow(UsageError);
  await expect(failure).rejects.toThrow(/failed with exit status 1:[\s\S]*surprise[\s\S]*app\.js/);
});

test('fails when the app writes no assembly', async () => {
  await anApp('');
  await expect(run()).rejects.toThrow("'app' of cdk.json must write a cloud assembly");
});

test('stops at once when it is told to, with everything that the command of the app has started', async () => {
  await writeFile(
    join(cwd, 'app.js'),
    "require('node:fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 9);",
  );
  await writeFile(join(cwd, 'cdk.json'), JSON.stringify({ app: 'node app.js; true' }));
  const stop = new AbortController();
  const synthesis = synthesize({ cwd, packageDir: cwd, outDir: join(cwd, 'out'), context: {}, signal: stop.signal });
  let pid = 0;
  while (pid === 0) pid = Number(await readFile(join(cwd, 'pid'), 'utf8').catch(() => 0));
  stop.abort(new Error('stopped'));
  // The app would run for ever, and hold its output open for as long.
  await expect(synthesis).rejects.toThrow('stopped');
});

test.each([
  ['is not JSON', '{', 'must be JSON'],
  ['names no app', '{}', 'must be a command, got nothing'],
])('fails when cdk.json %s', async (_rule, text, message) => {
  await writeFile(join(cwd, 'cdk.json'), text);
  await expect(run()).rejects.toThrow(message);
});

test('fails when an assembly has no manifest', async () => {
  await mkdir(join(cwd, 'empty'));
  await expect(checkAssembly(join(cwd, 'empty'))).rejects.toThrow("'--assembly' must be a folder with a manifest.json");
});
