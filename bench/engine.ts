// The engine against a null server in the same run: writing, reading, what a stored byte costs, and how soon it is there.
import { type Bench, median, round } from './bench.js';
import { firstRecordMs } from './engine/first-record.js';
import { recordsPerSecond, startServer } from './engine/processes.js';
import { BATCH, RECORD_BYTES, type Work } from './engine/traffic.js';

const ROUNDS = 5;
const CLIENTS = 2;
/** PutRecords calls of one client in one round. */
const CALLS = 200;
const STORED_BYTES = 512 * 1_024 * 1_024;
const SHARDS = Array.from({ length: 8 }, (_, i) => `shardId-${String(i).padStart(12, '0')}`);

export const engine: Bench = {
  name: 'engine',
  async run() {
    const nulls: number[] = [];
    const ratios: number[] = [];
    const puts: number[] = [];
    const gets: number[] = [];
    const readies: number[] = [];
    for (let i = 0; i < ROUNDS; i += 1) {
      nulls.push(await measureNull());
      const { put, get, readyMs } = await measureEngine();
      ratios.push(put / nulls[i]!);
      puts.push(put);
      gets.push(get);
      readies.push(readyMs);
    }
    const json = {
      // Of each round, so that what else the machine does counts for both.
      putRatioToNull: round(median(ratios), 2),
      nullPerSecond: round(median(nulls), 0),
      putsPerSecond: round(median(puts), 0),
      getsPerSecond: round(median(gets), 0),
      bytesPerStoredByte: round(await measureMemory(), 2),
      readyMs: round(median(readies), 0),
      firstRecordMs: round(await firstRecordMs(), 0),
    };
    return {
      json,
      table: [['engine', 'value'], ...Object.entries(json).map(([name, value]) => [name, String(value)])],
    };
  },
};

async function measureNull(): Promise<number> {
  const server = await startServer('null');
  try {
    return await recordsPerSecond(server.url, eachClient({ kind: 'put', calls: CALLS }));
  } finally {
    await server.stop();
  }
}

async function measureEngine(): Promise<{ put: number; get: number; readyMs: number }> {
  const server = await startServer('engine');
  try {
    const put = await recordsPerSecond(server.url, eachClient({ kind: 'put', calls: CALLS }));
    const halves = [SHARDS.slice(0, 4), SHARDS.slice(4)];
    const get = await recordsPerSecond(
      server.url,
      halves.map((shards) => ({ kind: 'get', shards })),
    );
    return { put, get, readyMs: server.readyMs };
  } finally {
    await server.stop();
  }
}

/** Resident memory above idle for each stored byte, data and keys. */
async function measureMemory(): Promise<number> {
  const server = await startServer('engine');
  try {
    const idle = await server.residentBytes();
    const calls = STORED_BYTES / RECORD_BYTES / BATCH / CLIENTS;
    await recordsPerSecond(server.url, eachClient({ kind: 'put', calls: Math.ceil(calls) }));
    return ((await server.residentBytes()) - idle) / STORED_BYTES;
  } finally {
    await server.stop();
  }
}

function eachClient(work: Work): Work[] {
  return Array.from({ length: CLIENTS }, () => work);
}
