// Tells people and programs that the lab is ready, and how to reach it.
import { rename, rm, writeFile } from 'node:fs/promises';
import { UsageError } from './usage-error.js';

export interface ReadyLab {
  readonly endpoint: string;
  readonly region: string;
  readonly streams: readonly string[];
  /** Variables that lead an SDK to the other services. */
  readonly services: Readonly<Record<string, string>>;
}

/** What `replay` and `failures` need beside the stream; the ready file has all. */
const SHOWN = ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL_SQS', 'AWS_ENDPOINT_URL_LAMBDA'];

/** One line, then the exports to paste into a shell: boto3 and the AWS CLI 1 read the region by its older name. */
export function renderReady(stackName: string, { endpoint, region, streams, services }: ReadyLab): string {
  return [
    `lab ready: ${stackName} on ${endpoint} (stream ${streams.join(', ')})`,
    `export AWS_ENDPOINT_URL_KINESIS=${endpoint}`,
    ...SHOWN.filter((name) => name in services).map((name) => `export ${name}=${services[name]}`),
    `export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    'export AWS_ACCESS_KEY_ID=lab AWS_SECRET_ACCESS_KEY=lab',
    `export STREAM=${streams[0]}`,
    '',
  ].join('\n');
}

/** What is left to read of an earlier run, if the lab goes on from one. */
export function renderCarriedOver(consumers: readonly { readonly name: string; readonly records: number }[]): string {
  if (consumers.length === 0) return '';
  return `carried over: ${consumers.map(({ name, records }) => `${name} ${records}`).join(', ')} unread\n`;
}

/** Written beside and moved into place: whoever waits for the file never reads half of it. */
export async function writeReadyFile(path: string, { endpoint, region, streams, services }: ReadyLab): Promise<void> {
  const half = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(half, `${JSON.stringify({ endpoint, region, streams, services })}\n`);
    await rename(half, path);
  } catch (error) {
    throw refuse(path, error);
  }
}

/** Takes away what an earlier run left: whoever waits for the file must not find that lab. */
export async function clearReadyFile(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error) => {
    throw refuse(path, error);
  });
}

function refuse(path: string, error: unknown): UsageError {
  const { code } = error as NodeJS.ErrnoException;
  return new UsageError(`'--ready-file' must be a file that can be written, got '${path}' (${code}); check the folder`);
}
