// A lab in this process, driven until a condition holds: what tests of permissions look at.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { startLab } from '../../local/lab.js';
import type { LedgerEntry } from '../../local/permissions/ledger.js';
import type { PermissionReport } from '../../local/permissions/report.js';
import type { Lab } from '../../local/running-lab.js';
import { aFolder, clientFor } from './lab-client.js';

/** Readings before a spike can be told, and some. */
const QUIET_READINGS = 300;
const SPEED = 60;
const POLL_MS = 50;

export interface RecordedRunOptions {
  readonly assemblyDir: string;
  /** Wall time after which the run ends anyway. */
  readonly limitMs: number;
  readonly until: (lab: Lab) => boolean;
}

export interface RecordedRun {
  readonly report: PermissionReport;
  readonly calls: readonly LedgerEntry[];
  readonly faults: readonly string[];
  /** What the functions have written. */
  readonly logs: string;
}

/** Puts readings with a spike and one record that is no event, runs until the condition holds, and stops. */
export async function recordRun(options: RecordedRunOptions): Promise<RecordedRun> {
  const { assemblyDir, limitMs, until } = options;
  const folder = aFolder();
  const faults: string[] = [];
  try {
    const onFault = (error: unknown) => faults.push(String(error));
    const lab = await startLab({
      assemblyDir,
      stackName: undefined,
      speed: SPEED,
      port: 0,
      directory: folder.path,
      onFault,
    });
    try {
      await putReadings(lab);
      for (let waitedMs = 0; waitedMs < limitMs && !until(lab); waitedMs += POLL_MS) await wait(POLL_MS);
    } finally {
      await lab.stop();
    }
    return { report: lab.permissions(), calls: lab.decidedCalls(), faults, logs: readLogs(join(folder.path, 'logs')) };
  } finally {
    folder.remove();
  }
}

async function putReadings({ endpoint, streams }: Lab): Promise<void> {
  const client = new KinesisClient(clientFor(endpoint));
  const values = Array.from({ length: QUIET_READINGS }, (_, n) => 100 + (n % 7)).concat(10_000);
  const events = values.map((value, n) => ({ id: `r${n}`, type: 'reading', key: 'machine', payload: { value } }));
  const texts = events.map((event) => JSON.stringify({ ...event, time: '2026-01-01T00:00:00.000Z' }));
  const Records = [...texts, '{"type":"no event"}'].map((text) => ({
    Data: Buffer.from(text),
    PartitionKey: 'machine',
  }));
  await client.send(new PutRecordsCommand({ StreamName: streams[0]!.name, Records }));
  client.destroy();
}

function readLogs(folder: string): string {
  return readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('');
}
