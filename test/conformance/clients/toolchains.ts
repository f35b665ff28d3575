// The toolchains of the foreign clients: what each needs on this machine, and how its client is fetched into the
// throwaway folder, from PyPI or Maven Central and from nowhere else.
import { cpSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findCommand, type Program, runProgram } from './run-program.js';

const FETCH_MS = 420_000;
const COMPILE_MS = 120_000;

/** Sources of the clients; the suite runs from the root of the repository. */
const SOURCES = resolve('test/conformance/clients');

/** A toolchain that is ready, or the reason why it is not. */
export type Ready<T> = T | { readonly missing: string };

/** How to run a client. */
export type Launch = (client: string, args: readonly string[]) => Pick<Program, 'command' | 'args' | 'cwd'>;

/** A virtual environment with boto3 and the AWS CLI. */
export async function readyPython(folder: string): Promise<Ready<{ readonly launch: Launch; readonly aws: string }>> {
  const python = findCommand('python3');
  if (!python) return { missing: 'python3 is not on the path' };
  const cwd = join(folder, 'python');
  cpSync(join(SOURCES, 'python'), cwd, { recursive: true });
  const venv = join(cwd, 'venv');
  const missing = await firstFailure(cwd, [
    ['python3 -m venv', python, ['-m', 'venv', venv], COMPILE_MS],
    ['pip install', join(venv, 'bin/pip'), ['install', '--quiet', '--requirement', 'requirements.txt'], FETCH_MS],
  ]);
  if (missing) return { missing };
  const launch: Launch = (client, args) => ({ command: join(venv, 'bin/python'), args: [client, ...args], cwd });
  return { launch, aws: join(venv, 'bin/aws') };
}

/** Compiled clients with their jars, and a trust store that holds only the engine's certificate. */
export async function readyJava(folder: string, certificate: string): Promise<Ready<{ readonly launch: Launch }>> {
  const absent = ['java', 'javac', 'keytool', 'mvn'].filter((command) => !findCommand(command));
  if (absent.length > 0) return { missing: `${absent.join(', ')} ${absent.length > 1 ? 'are' : 'is'} not on the path` };
  const cwd = join(folder, 'java');
  cpSync(join(SOURCES, 'java'), cwd, { recursive: true });
  const sources = readdirSync(cwd).filter((file) => file.endsWith('.java'));
  const fetch = ['-B', '-q', '-ntp', 'dependency:copy-dependencies', '-DoutputDirectory=lib', '-DincludeScope=runtime'];
  const store = ['-keystore', 'trust.p12', '-storepass', 'loopback'];
  const missing = await firstFailure(cwd, [
    ['mvn', 'mvn', fetch, FETCH_MS],
    ['javac', 'javac', ['-cp', 'lib/*', '-d', 'classes', ...sources], COMPILE_MS],
    ['keytool', 'keytool', ['-importcert', '-noprompt', '-alias', 'lab', '-file', certificate, ...store], COMPILE_MS],
  ]);
  if (missing) return { missing };
  const options = ['-cp', 'classes:lib/*', '-Xmx512m', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
  const trust = ['-Djavax.net.ssl.trustStore=trust.p12', '-Djavax.net.ssl.trustStorePassword=loopback'];
  const launch: Launch = (client, args) => ({ command: 'java', args: [...options, ...trust, client, ...args], cwd });
  return { launch };
}

type Step = readonly [name: string, command: string, args: readonly string[], timeoutMs: number];

/** Takes the steps in order; says which failed, and how. */
async function firstFailure(cwd: string, steps: readonly Step[]): Promise<string | undefined> {
  // The caller's environment: it says how to reach the registries.
  const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined));
  for (const [name, command, args, timeoutMs] of steps) {
    const { failure } = await runProgram({ command, args, cwd, env: env as Record<string, string>, timeoutMs });
    if (failure !== undefined) return `${name} ${failure}`;
  }
  return undefined;
}
