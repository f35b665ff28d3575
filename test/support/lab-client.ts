import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What an SDK client needs to talk to a service of the lab. */
export function clientFor(url: string) {
  return {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'lab', secretAccessKey: 'lab' },
    maxAttempts: 1,
  };
}

/** A fresh folder, and what removes it. */
export function aFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'lab-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
