// What a user record costs a consumer above what any consumer has to do: base64, de-aggregation and JSON.parse in a bare
// loop. Beside it Powertools' batch processor, which runs the same in its record handler.
import { resolve } from 'node:path';
import { type Bench, median, round } from './bench.js';
import { COLD_START_ENV } from './cold-start-env.js';
import { takeSum, WAYS, type Way } from './consumer/ways.js';
import { type Workload, workload } from './consumer/workload.js';
import { measureBundle, measureSource } from './measure-bundle.js';

const ROUNDS = 15;
/** User records of each way in one turn of a round: some tens of milliseconds. */
const RECORDS_PER_TURN = 60_000;
const SIZES = [100, 1_024] as const;
/** User records of a batch. */
const BATCH = 1_000;

const LABELS: Readonly<Record<Way, string>> = {
  bare: 'bare loop',
  consumer: 'consumer',
  marked: 'consumer, with a mark',
  schema: 'consumer, with a Zod schema',
  powertools: 'Powertools batch',
};

/** What an application has in its bundle: the consumer and a schema, its ports being its own. */
const CORE = `
  import { createConsumer } from './dist/runtime/consumer/index.js';
  import * as z from 'zod/mini';
  const schema = z.object({ id: z.number(), type: z.string(), value: z.number(), note: z.string() });
  module.exports = { handler: createConsumer({ schema, functionName: 'f', failureStore: async () => {}, handle() {} }) };`;

/** Microseconds of CPU for a user record, by way, a number for each round. */
type Costs = Readonly<Record<Way, readonly number[]>>;

export const consumer: Bench = {
  name: 'consumer',
  async run() {
    const forms = SIZES.flatMap((bytes) => [false, true].map((aggregated) => ({ bytes, aggregated })));
    const costs: Costs[] = [];
    for (const { bytes, aggregated } of forms) costs.push(await measure(workload(bytes, BATCH, aggregated)));
    const small = forms.flatMap(({ bytes }, i) => (bytes === SIZES[0] ? [costs[i]!] : []));
    const core = await measureSource(CORE);
    const deployed = await measureBundle(resolve('dist/lambdas/alert/index.cjs'), COLD_START_ENV);
    const worst = (way: Way) => round(Math.max(...small.map((cost) => above(cost, way))), 2);
    return {
      json: {
        overheadMicros: worst('consumer'),
        ratioToPowertools: ratio(small[0]!),
        withSchemaMicros: worst('schema'),
        bundleKilobytes: core.kilobytes,
        loadMs: core.loadMs,
        deployedKilobytes: deployed.kilobytes,
        deployedLoadMs: deployed.loadMs,
      },
      table: [
        [
          'CPU microseconds per user record, above the bare loop',
          ...forms.map(({ bytes, aggregated }) => `${bytes} B, ${aggregated ? 'aggregated' : 'plain'}`),
        ],
        ...(Object.keys(LABELS) as Way[]).map((way) => [
          way === 'bare' ? `${LABELS[way]} itself` : LABELS[way],
          ...costs.map((cost) => (way === 'bare' ? median(cost.bare) : above(cost, way)).toFixed(2)),
        ]),
        ['consumer over Powertools, all of a record', String(ratio(small[0]!)), '', '', ''],
        ['bundle with Zod, ports only: KB', String(core.kilobytes), '', '', ''],
        ['load of it, ms', String(core.loadMs), '', '', ''],
        ['deployed alert function, SDK included: KB', String(deployed.kilobytes), '', '', ''],
        ['load of it, ms', String(deployed.loadMs), '', '', ''],
      ],
    };
  },
};

/** What a way costs above the bare loop: the median of the rounds, each of which compares its own turns. */
function above(costs: Costs, way: Way): number {
  return median(costs[way].map((cost, i) => cost - costs.bare[i]!));
}

/** Cost of a user record in the consumer, decoding included, over its cost in Powertools: the median of the rounds. */
function ratio({ consumer: ours, powertools }: Costs): number {
  return round(median(ours.map((cost, i) => cost / powertools[i]!)), 2);
}

/** Turn by turn, so that a busy machine burdens all ways alike. */
async function measure(work: Workload): Promise<Costs> {
  const ways = Object.keys(LABELS) as Way[];
  const costs: Record<Way, number[]> = { bare: [], consumer: [], marked: [], schema: [], powertools: [] };
  for (let i = -2; i < ROUNDS; i += 1) {
    for (const way of ways) {
      const cost = await turn(WAYS[way], work);
      if (i >= 0) costs[way].push(cost);
    }
  }
  return costs;
}

async function turn(way: (typeof WAYS)[Way], { batch, userRecords }: Workload): Promise<number> {
  const batches = Math.ceil(RECORDS_PER_TURN / userRecords);
  takeSum();
  const start = process.cpuUsage();
  for (let i = 0; i < batches; i += 1) await way(batch);
  const { user, system } = process.cpuUsage(start);
  const expected = (batches * (userRecords * (userRecords - 1))) / 2;
  if (takeSum() !== expected) throw new Error('a way has left records out');
  return (user + system) / (batches * userRecords);
}
