// Tells people and programs that the lab is ready, and how to reach it.
import { rename, rm, writeFile } from 'node:fs/promises';
import { UsageError } from './usage-error.js';

export interface ReadyLab {
  readonly endpoint: string;
  readonly region: string;
  readonly streams: readonly string[];
}

/** One line, then the exports to paste into a shell for the AWS CLI or any SDK. */
export function renderReady(stackName: string, { endpoint, region, streams }: ReadyLab): string {
  return [
    `lab ready: ${stackName} on ${endpoint} (stream ${streams.join(', ')})`,
    `export AWS_ENDPOINT_URL_KINESIS=${endpoint}`,
    `export AWS_REGION=${region}`,
    'export AWS_ACCESS_KEY_ID=lab AWS_SECRET_ACCESS_KEY=lab',
    '',
  ].join('\n');
}

/** Written beside and moved into place: whoever waits for the file never reads half of it. */
export async function writeReadyFile(path: string, { endpoint, region, streams }: ReadyLab): Promise<void> {
  const half = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(half, `${JSON.stringify({ endpoint, region, streams })}\n`);
    await rename(half, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `'--ready-file' must be a file that can be written, got '${path}' (${code}); check the folder`,
    );
  }
}
