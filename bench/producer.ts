// What a record costs its producer: the package's producer beside the SDK as people use it, against one engine in one run.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Bench, median, round } from './bench.js';
import { end, message, startServer } from './engine/processes.js';
import { measureSource } from './measure-bundle.js';
import { DATA_BYTES, type Done, type Way, type Work } from './producer/work.js';

const ROUNDS = 3;

/** Records of each way in one round: about a second of work. */
const RECORDS: Readonly<Record<Way, number>> = {
  aggregated: 400_000,
  single: 100_000,
  plain: 600,
  'plain-batches': 50_000,
};

const NAMES: Readonly<Record<Way, string>> = {
  aggregated: 'producer, by shard',
  single: 'producer, off',
  plain: 'SDK, PutRecord',
  'plain-batches': 'SDK, PutRecords of 500',
};

/** The entry as an application bundles it, the SDK included. */
const ENTRY = "export { createProducer } from './runtime/producer/index.js';";

const WAYS = Object.keys(RECORDS) as Way[];

interface Figures {
  /** Records for a second of the client's CPU, and for one of the clock. */
  readonly perCpuSecond: number;
  readonly perSecond: number;
  readonly connections: number;
  readonly unitsPerMillion: number;
}

export const producer: Bench = {
  name: 'producer',
  async run() {
    const measured = new Map<Way, Figures[]>(WAYS.map((way) => [way, []]));
    for (let i = 0; i < ROUNDS; i += 1) {
      for (const way of WAYS) measured.get(way)!.push(await measure(way));
    }
    const middle = (way: Way, name: keyof Figures) => median(measured.get(way)!.map((figures) => figures[name]));
    const row = (way: Way) => [
      NAMES[way],
      String(round(middle(way, 'perCpuSecond'), 0)),
      String(round(middle(way, 'perSecond'), 0)),
      String(Math.max(...measured.get(way)!.map(({ connections }) => connections))),
      String(round(middle(way, 'unitsPerMillion'), 0)),
    ];
    const { kilobytes, loadMs } = await measureSource(ENTRY);
    return {
      json: {
        cpuRatioToPlainLoop: round(middle('aggregated', 'perCpuSecond') / middle('plain', 'perCpuSecond'), 1),
        recordsPerSecond: round(middle('aggregated', 'perSecond'), 0),
        connections: Math.max(...measured.get('aggregated')!.map(({ connections }) => connections)),
        payloadUnitsPerMillion: round(middle('aggregated', 'unitsPerMillion'), 0),
        plainPayloadUnitsPerMillion: round(middle('plain', 'unitsPerMillion'), 0),
      },
      table: [
        [`records of ${DATA_BYTES} B`, 'per CPU second', 'per second', 'connections', 'payload units per million'],
        ...WAYS.map(row),
        ['bundle of createProducer, KB', String(kilobytes), '', '', ''],
        ['load of the bundle, ms', String(loadMs), '', '', ''],
      ],
    };
  },
};

/** One client, one server, both new: what one way leaves behind is not another's burden. */
async function measure(way: Way): Promise<Figures> {
  const server = await startServer('engine');
  const client = fork(fileURLToPath(new URL('./producer/client.js', import.meta.url)));
  try {
    await message(client);
    const records = RECORDS[way];
    client.send({ way, url: server.url, records } satisfies Work);
    const { cpuMicroseconds, wallMs, connections, payloadUnits } = await message<Done>(client);
    return {
      perCpuSecond: records / (cpuMicroseconds / 1e6),
      perSecond: records / (wallMs / 1_000),
      connections,
      unitsPerMillion: (payloadUnits / records) * 1e6,
    };
  } finally {
    await end(client);
    await server.stop();
  }
}
