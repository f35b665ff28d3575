// `npm run conformance`: the suite against our engine, against ENDPOINT=URL, or against AWS with ENDPOINT=aws. With
// --docs it runs against our engine and kinesis-local and writes docs/conformance.md; with --clients, foreign clients run
// against our engine instead of the rules.
import { writeFileSync } from 'node:fs';
import { ALL_RULES } from './all-rules.js';
import { runClients } from './clients/run-clients.js';
import { type Connection, connect } from './connection.js';
import { renderDocs } from './docs.js';
import { startKinesisLocal } from './kinesis-local.js';
import { startLab } from './lab-subject.js';
import { type Outcome, runRule } from './run-rules.js';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => arg !== '--docs' && arg !== '--clients');
  if (unknown !== undefined) {
    print(`error: arguments must be none, --docs or --clients, got '${unknown}'; name the endpoint by ENDPOINT=URL`);
    return 2;
  }
  const endpoint = process.env.ENDPOINT;
  if (args.includes('--clients')) {
    if (!endpoint && args.length === 1) return runClients(print);
    print("error: '--clients' must stand alone: it runs against the lab's engine; leave out ENDPOINT and --docs");
    return 2;
  }
  const connection = endpoint ? connect(endpoint) : await startLab();
  const refusal = endpoint && (await refuseEndpoint(connection, endpoint));
  if (refusal) {
    await connection.close();
    print(refusal);
    return 2;
  }
  const outcomes = await run(connection);
  if (args.includes('--docs')) {
    print('\nkinesis-local');
    writeFileSync('docs/conformance.md', renderDocs(outcomes, await run(await startKinesisLocal())));
  }
  const count = (result: Outcome['result']) => outcomes.filter((outcome) => outcome.result === result).length;
  const skipped = count('skipped');
  if (skipped > 0) print(`${skipped} skipped: they need more of the endpoint's time than a minute`);
  print(`${count('passed')} passed, ${count('failed')} failed`);
  return count('failed') === 0 ? 0 : 1;
}

/** One message in place of a failure of every rule, when nothing answers or the caller may not list streams. */
async function refuseEndpoint({ reach }: Connection, endpoint: string): Promise<string | undefined> {
  try {
    await reach.client.listStreams({ Limit: 1 });
    return undefined;
  } catch (error) {
    // An endpoint that answers, with whatever error, is for the rules to judge; AWS would refuse them all.
    const answered = (error as { $response?: { statusCode?: number } }).$response?.statusCode !== undefined;
    if (answered && endpoint !== 'aws') return undefined;
    const advice = "start it, or give a URL such as http://127.0.0.1:4567, or 'aws' with credentials and a Region";
    return `error: 'ENDPOINT' must answer ListStreams, got '${endpoint}' (${(error as Error).message}); ${advice}`;
  }
}

/** Runs every rule and prints a row for each as it ends. */
async function run(connection: Connection): Promise<Outcome[]> {
  const width = Math.max(...ALL_RULES.map(({ rule }) => rule.length));
  print(`${'rule'.padEnd(width)} | result  |     ms`);
  const outcomes: Outcome[] = [];
  try {
    for (const rule of ALL_RULES) {
      const outcome = await runRule(rule, connection);
      outcomes.push(outcome);
      print(`${rule.rule.padEnd(width)} | ${outcome.result.padEnd(7)} | ${String(outcome.ms).padStart(6)}`);
      if (outcome.reason) print(`    ${outcome.reason}`);
    }
  } finally {
    await connection.close();
  }
  return outcomes;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
