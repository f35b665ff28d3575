// Where a run's failed and unread records can be looked into, so that whoever sees them counted need not search.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunTotals } from './totals.js';

/** First folders of keys under which functions, Lambda and deliveries store what failed. */
const FAILURE_FOLDERS = ['records', 'aws', 'errors'];

export interface Places {
  /** Folder of `buckets/`. */
  readonly dataDir: string;
  /** Folder of `logs/`. */
  readonly dir: string;
}

/** Lines that each end in a newline; nothing when every record was processed. */
export async function renderWhereToLook(totals: Pick<RunTotals, 'consumers'>, places: Places): Promise<string> {
  return (await renderFailed(totals, places)) + renderUnread(totals, places);
}

function renderUnread({ consumers }: Pick<RunTotals, 'consumers'>, { dir }: Places): string {
  return Object.entries(consumers)
    .filter(([, { unread }]) => unread > 0)
    .map(
      ([name, { unread }]) => `${name} left ${unread} unread: it was behind, or it fails; see ${join(dir, 'logs')}\n`,
    )
    .join('');
}

/** A line for each folder that has failed records. */
async function renderFailed({ consumers }: Pick<RunTotals, 'consumers'>, { dataDir }: Places): Promise<string> {
  if (Object.values(consumers).every(({ failed }) => failed === 0)) return '';
  const buckets = join(dataDir, 'buckets');
  const lines: string[] = [];
  for (const bucket of (await list(buckets)).sort()) {
    const folders = await list(join(buckets, bucket));
    for (const folder of FAILURE_FOLDERS) {
      if (folders.includes(folder)) lines.push(`failed records and their reasons: ${join(buckets, bucket, folder)}\n`);
    }
  }
  return lines.join('');
}

function list(path: string): Promise<string[]> {
  return readdir(path).catch(() => []);
}
