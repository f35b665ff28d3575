// The command line: which command runs, and how every failure is told. One line for the user's mistakes.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runFailures } from './failures.js';
import { FAILURES_HELP } from './failures-options.js';
import { runLab } from './lab.js';
import { LAB_HELP } from './lab-options.js';
import { PLAN_HELP, runPlan } from './plan.js';
import { runPut } from './put.js';
import { PUT_HELP } from './put-options.js';
import { runReplay } from './replay.js';
import { REPLAY_HELP } from './replay-options.js';
import { runSimulate } from './simulate.js';
import { SIMULATE_HELP } from './simulate-options.js';
import { UsageError } from './usage-error.js';

const HELP = `kinesis-platform: streaming platform on Amazon Kinesis Data Streams

usage: kinesis-platform COMMAND [flags]

  lab              run the platform's synthesized template on this machine
  put              put a file, or what comes through a pipe, to a stream
  simulate         compare scaling policies on recorded or made-up traffic
  plan             the autoscaler's planner as a process of JSON lines
  failures         list, show and redrive records that could not be used
  replay           deliver records of a stream again, to a stream or a function
  help [COMMAND]   this text, or the flags of a command
  --version        version of this package
`;

const COMMAND_HELP: Readonly<Record<string, string>> = {
  failures: FAILURES_HELP,
  lab: LAB_HELP,
  put: PUT_HELP,
  replay: REPLAY_HELP,
  simulate: SIMULATE_HELP,
  plan: PLAN_HELP,
};

/** Runs one command; resolves to the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await dispatch(args);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`error: ${error.message}\n`);
      return 2;
    }
    process.stderr.write(`error: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
    return 1;
  }
}

async function dispatch([command, ...rest]: readonly string[]): Promise<number> {
  if (command !== undefined && command in COMMAND_HELP && (rest.includes('--help') || rest.includes('-h'))) {
    return printHelp(command);
  }
  switch (command) {
    case 'lab':
      return runLab(rest, { packageDir: packageDir() });
    case 'put':
      return runPut(rest);
    case 'failures':
      return runFailures(rest);
    case 'replay':
      return runReplay(rest);
    case 'simulate':
      return runSimulate(rest, (text) => process.stdout.write(text));
    case 'plan':
      return runPlan(rest, process);
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      return printHelp(rest[0]);
    case '--version':
    case '-v':
      process.stdout.write(`${version()}\n`);
      return 0;
    default:
      throw new UsageError(`'${command}' is not a command; see 'kinesis-platform help'`);
  }
}

function printHelp(command: string | undefined): number {
  const text = command === undefined ? HELP : COMMAND_HELP[command];
  if (text === undefined) throw new UsageError(`'${command}' is not a command; see 'kinesis-platform help'`);
  process.stdout.write(text);
  return 0;
}

/** Nearest folder above this file with the package's own package.json, built or not. */
function packageDir(): string {
  for (let dir = dirname(fileURLToPath(import.meta.url)); dir !== dirname(dir); dir = dirname(dir)) {
    try {
      if (JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')).name === 'cdk-kinesis-platform') return dir;
    } catch {
      // Not here: look further up.
    }
  }
  throw new Error("find the folder of 'cdk-kinesis-platform' failed: no package.json above the program");
}

function version(): string {
  return JSON.parse(readFileSync(join(packageDir(), 'package.json'), 'utf8')).version;
}
