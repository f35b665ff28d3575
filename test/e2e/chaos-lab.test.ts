// The whole reference platform while everything goes wrong, delivery included, as `--chaos` runs it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { buildOnce, LabChild, totalsOf } from '../support/run-lab.js';

const LIMIT_MS = 90_000;
const ROWS = 4_000;

let lab: LabChild | undefined;

beforeAll(buildOnce, LIMIT_MS);
afterEach(() => lab?.clean());

test(
  'with --chaos every row is delivered, again only where a lost reply had it stored again, and the totals add up',
  async () => {
    const text = Array.from({ length: ROWS }, (_, row) => JSON.stringify({ sensor: `s${row % 50}`, value: row })).join(
      '\n',
    );
    lab = new LabChild(['--chaos', '3', '--key', 'sensor', '--json', '--speed', '60', '--rate', '400'], {
      name: 'rows.ndjson',
      text,
    });
    const run = await lab.ended;
    expect(run).toMatchObject({ status: 0, stderr: expect.not.stringContaining('ended early') });
    const { produced, rejected, delivered, balanced } = totalsOf(run);
    expect({ rejected, balanced, delivered }).toEqual({ rejected: 0, balanced: true, delivered: produced });
    const ids = lab.delivered().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ROWS);
    expect(ids).toHaveLength(produced);

    const faults: { site: string; name: string; kind: string }[] = readFileSync(
      join(lab.dir, 'lab/logs/faults.ndjson'),
      'utf8',
    )
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const sites = new Set(faults.map(({ site }) => site));
    for (const site of ['request', 'read', 'service']) expect(sites).toContain(site);
    const unheard = faults.filter(
      ({ name, kind }) => name === 'PutRecords' && ['lose-reply', 'restart-after', 'cut-by-restart'].includes(kind),
    );
    expect(produced > ROWS).toBe(unheard.length > 0);
  },
  LIMIT_MS,
);
