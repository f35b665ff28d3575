// Where the failed records of a run lie, so that whoever sees them counted need not search for them.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunTotals } from './totals.js';

/** First folders of keys under which functions, Lambda and deliveries store what failed. */
const FAILURE_FOLDERS = ['records', 'aws', 'errors'];

/** A line for each folder with failed records, each ending in a newline; nothing when no record failed. */
export async function renderFailedPlaces({ consumers }: Pick<RunTotals, 'consumers'>, dir: string): Promise<string> {
  if (Object.values(consumers).every(({ failed }) => failed === 0)) return '';
  const buckets = join(dir, 'buckets');
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
