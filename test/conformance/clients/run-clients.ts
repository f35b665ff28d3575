// `npm run conformance -- --clients`: clients that are not the SDK for JavaScript put, reshard and read against the
// lab's engine. Each is fetched into a throwaway folder, runs bounded in time, and says in lines of JSON what it has
// read; one judge decides. What cannot be had on this machine is named as not run.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgeDeaggregation, writeAggregates } from './deaggregation.js';
import { type Endpoints, serveEndpoints } from './endpoints.js';
import { EXPECTED_RECORDS, judge, type ReadRecord } from './judge.js';
import { runProgram } from './run-program.js';
import { type Launch, type Ready, readyJava, readyPython } from './toolchains.js';

const CLIENT_MS = 240_000;

/** Exit code when nothing failed and something could not be run: that is no pass. */
export const EXIT_NOT_RUN = 3;

/** What came of one client. */
interface Row {
  readonly client: string;
  readonly version: string;
  readonly ran: string;
  readonly result: 'passed' | 'failed' | 'not run';
  readonly reason?: string;
}

/** One client, once its toolchain is ready. */
interface Client {
  readonly name: string;
  readonly toolchain: 'python' | 'java';
  readonly program: string;
  /** Arguments after the name of its stream. */
  readonly args?: (places: Places) => readonly string[];
  /** Whether it comes over TLS. */
  readonly secure: boolean;
  /** Says what it has read, or what is wrong with it; without this, the records that all clients put are expected. */
  readonly judge?: (places: Places) => Verdict;
}

type Verdict = { readonly read: string } | { readonly reason: string };

interface Places extends Endpoints {
  readonly folder: string;
  readonly aws: string;
}

const CLIENTS: readonly Client[] = [
  { name: 'boto3', toolchain: 'python', program: 'boto3_client.py', secure: true },
  { name: 'AWS CLI', toolchain: 'python', program: 'cli_client.py', secure: false, args: ({ aws }) => [aws] },
  { name: 'SDK for Java v2', toolchain: 'java', program: 'SyncClient', secure: false },
  { name: 'SDK for Java v2, fan-out', toolchain: 'java', program: 'FanOutClient', secure: true },
  {
    name: 'KPL',
    toolchain: 'java',
    program: 'ProducerLibrary',
    secure: true,
    args: ({ folder, stsPort }) => [folder, String(stsPort)],
  },
  ...['polling', 'fan-out'].map(
    (retrieval): Client => ({
      name: `KCL, ${retrieval}`,
      toolchain: 'java',
      program: 'ConsumerLibrary',
      secure: true,
      args: () => [retrieval],
    }),
  ),
  {
    name: 'KCL, de-aggregation',
    toolchain: 'java',
    program: 'Deaggregation',
    secure: false,
    args: ({ folder }) => writeAggregates(folder),
    judge: ({ folder }) => judgeDeaggregation(folder),
  },
];

/** Runs every client and prints the table; returns the exit code: 0 only when all have passed. */
export async function runClients(print: (line: string) => void): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'kinesis-clients-'));
  // A program ends with this process, and this process by its handlers: nothing is left of an interrupted run.
  const interrupt = () => process.exit(130);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt).once('exit', remove);
  const endpoints = await serveEndpoints();
  const rows: Row[] = [];
  try {
    const certificate = join(folder, 'engine.pem');
    writeFileSync(certificate, endpoints.certificate);
    const [python, java] = await Promise.all([readyPython(folder), readyJava(folder, certificate)]);
    const places = { ...endpoints, folder, aws: 'aws' in python ? python.aws : '' };
    print('client | version | what ran | result');
    for (const client of CLIENTS) {
      const row = await runClient(client, { python, java }[client.toolchain], places);
      rows.push(row);
      const { reason } = row;
      print(`${row.client} | ${row.version} | ${row.ran} | ${row.result}${reason === undefined ? '' : `: ${reason}`}`);
    }
  } finally {
    await endpoints.close();
    remove();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt).off('exit', remove);
  }
  const count = (result: Row['result']) => rows.filter((row) => row.result === result).length;
  print(`${count('passed')} passed, ${count('failed')} failed, ${count('not run')} not run`);
  if (count('failed') > 0) return 1;
  return count('not run') > 0 ? EXIT_NOT_RUN : 0;
}

async function runClient(client: Client, toolchain: Ready<{ launch: Launch }>, places: Places): Promise<Row> {
  const { name } = client;
  if ('missing' in toolchain) {
    return { client: name, version: '-', ran: '-', result: 'not run', reason: toolchain.missing };
  }
  const stream = `clients-${randomBytes(5).toString('hex')}`;
  const { stdout, failure } = await runProgram({
    ...toolchain.launch(client.program, [stream, ...(client.args?.(places) ?? [])]),
    env: environment(places, client.secure),
    timeoutMs: CLIENT_MS,
  });
  const { version = '-', ran = '-', read } = parseLines(stdout);
  const verdict = failure === undefined ? (client.judge?.(places) ?? judgeRead(read)) : { reason: failure };
  if ('reason' in verdict) return { client: name, version, ran, result: 'failed', reason: verdict.reason };
  return { client: name, version, ran: `${ran}; ${verdict.read}`, result: 'passed' };
}

function judgeRead(read: readonly ReadRecord[]): Verdict {
  const reason = judge(read);
  return reason === undefined ? { read: `${EXPECTED_RECORDS} records in order` } : { reason };
}

/** Nothing of the caller's account gets through: no keys, no profile, no instance's role. */
function environment({ kinesis, tables, folder }: Places, secure: boolean): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    AWS_ACCESS_KEY_ID: 'conformance',
    AWS_SECRET_ACCESS_KEY: 'conformance',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CA_BUNDLE: join(folder, 'engine.pem'),
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_ENDPOINT_URL_KINESIS: secure ? kinesis.secureUrl : kinesis.url,
    AWS_ENDPOINT_URL_DYNAMODB: tables,
    NO_PROXY: '127.0.0.1',
  };
}

interface Told {
  readonly version?: string;
  readonly ran?: string;
  readonly read: readonly ReadRecord[];
}

/** What a client has said: each line is an object with one of `version`, `ran` and `read`. */
function parseLines(stdout: string): Told {
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  const told = lines.map((line) => JSON.parse(line) as { version?: string; ran?: string; read?: ReadRecord });
  return {
    ...Object.assign({}, ...told),
    read: told.flatMap(({ read }) => (read ? [read] : [])),
  };
}
