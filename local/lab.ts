// Puts the lab together: one synthesized stack in, everything it says running, in one process tree, by one clock.
import { setTimeout as wait } from 'node:timers/promises';
import { LabClock } from './clock.js';
import { createKinesisEngine } from './engine/engine.js';
import { listenKinesis } from './engine/http/listen.js';
import { startConsumers } from './lab-consumers.js';
import { startServices } from './lab-services.js';
import { parseEmbeddedMetrics } from './metrics/embedded-metrics.js';
import { openStreams } from './open-streams.js';
import { Lab } from './running-lab.js';
import { runSchedules } from './schedules/run-schedules.js';
import { FunctionPool } from './services/lambda/function-pool.js';
import { ShardWatch } from './shard-watch.js';
import { readModel } from './template/read-model.js';

/** How often what the live view shows is brought up to date, in wall time. */
const REFRESH_MS = 200;

export interface LabOptions {
  readonly assemblyDir: string;
  /** @default - the provisioned reference stack, or the only one of the assembly */
  readonly stackName: string | undefined;
  /** Lab milliseconds per wall millisecond. */
  readonly speed: number;
  /** Port of the Kinesis endpoint, 0 for any free one. */
  readonly port: number;
  /** The lab's folder, empty. */
  readonly directory: string;
}

/** Starts the lab; whatever fails, nothing is left running. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const model = readModel(options.assemblyDir, options.stackName);
  const started: (() => unknown)[] = [];
  const stopping = new AbortController();
  const { signal } = stopping;
  const stop = async () => {
    stopping.abort();
    for (let step = started.pop(); step; step = started.pop()) await step();
  };
  try {
    const clock = new LabClock({ speed: options.speed, startMs: Date.now() });
    started.push(() => clock.stop());
    const services = await startServices(model, clock, options.directory);
    started.push(() => services.close());
    const { accountId, region } = model;
    const engine = createKinesisEngine({ clock, metrics: services.metrics, identity: { accountId, region } });
    started.push(() => engine.close());
    const endpoint = await listenKinesis(engine, { clock, port: options.port });
    started.push(() => endpoint.close());
    const consumerArns = await openStreams(engine, model);
    const pool = new FunctionPool({
      functions: model.functions,
      clock,
      metrics: services.metrics,
      endpoints: { ...services.endpoints, AWS_ENDPOINT_URL_KINESIS: endpoint.url },
      logDir: `${options.directory}/logs`,
      onLogLine: (_, line) => {
        for (const datapoint of parseEmbeddedMetrics(line)) services.metrics.put(datapoint);
      },
    });
    const { consumers, delivered, running } = startConsumers({
      ...{ model, consumerArns, engine, services, pool, clock, signal },
    });
    const shards = new ShardWatch(
      engine,
      model.streams.map(({ name }) => name),
    );
    await shards.refresh();
    const loops = Promise.all([
      running,
      services.alarms.run(signal),
      services.queues.run(signal),
      runSchedules({ model, clock, invoker: pool, signal }),
      keepFresh(shards, signal),
    ]);
    // Functions end first, so that no loop waits for one that would run on.
    started.push(async () => {
      await pool.stop();
      await loops;
    });
    return new Lab({
      ...{ model, clock, speed: options.speed, endpoint: endpoint.url, census: engine, shards, services },
      ...{ consumers, delivered, stop },
    });
  } catch (error) {
    await stop();
    throw error;
  }
}

async function keepFresh(shards: ShardWatch, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await shards.refresh();
    await wait(REFRESH_MS, undefined, { signal }).catch(() => undefined);
  }
}
