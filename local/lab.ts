// Puts the lab together: one synthesized stack in, everything it says running, in one process tree, by one clock.
import { LabClock } from './clock.js';
import { createKinesisEngine } from './engine/engine.js';
import { listenKinesis } from './engine/http/listen.js';
import { ScheduleRunner } from './event-sources/schedule-runner.js';
import { startConsumers } from './lab-consumers.js';
import { startServices } from './lab-services.js';
import { parseEmbeddedMetrics } from './metrics/embedded-metrics.js';
import { openStreams } from './open-streams.js';
import { Lab } from './running-lab.js';
import { FunctionPool } from './services/lambda/function-pool.js';
import { readModel } from './template/read-model.js';

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
  /** Told of what ends a part of the lab early. */
  readonly onFault: (error: unknown) => void;
}

/** Starts the lab; whatever fails, nothing is left running. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const { speed, port, directory, onFault } = options;
  const model = readModel(options.assemblyDir, options.stackName);
  const started: (() => unknown)[] = [];
  const stop = async () => {
    for (let step = started.pop(); step; step = started.pop()) await step();
  };
  try {
    const clock = new LabClock({ speed, startMs: Date.now() });
    started.push(() => clock.stop());
    const services = await startServices(model, clock, directory);
    started.push(() => services.close());
    const { metrics, endpoints } = services;
    const { accountId, region } = model;
    const engine = createKinesisEngine({ clock, metrics, identity: { accountId, region } });
    started.push(() => engine.close());
    const endpoint = await listenKinesis(engine, { clock, port });
    started.push(() => endpoint.close());
    const consumerArns = await openStreams(engine, model);
    const invoker = new FunctionPool({
      functions: model.functions,
      clock,
      metrics,
      endpoints: { ...endpoints, AWS_ENDPOINT_URL_KINESIS: endpoint.url },
      logDir: `${directory}/logs`,
      onLogLine: (_, line) => {
        for (const datapoint of parseEmbeddedMetrics(line)) metrics.put(datapoint);
      },
    });
    started.push(() => invoker.stop());
    const { consumers, delivered } = await startConsumers({
      ...{ model, consumerArns, engine, services, invoker, clock, onFault },
    });
    started.push(() => Promise.all(consumers.map((consumer) => consumer.stop())));
    const schedules = model.schedules.map(
      (schedule) => new ScheduleRunner({ schedule, invoker, clock, onError: onFault }),
    );
    for (const schedule of schedules) schedule.start();
    started.push(() => Promise.all(schedules.map((schedule) => schedule.stop())));
    const minutely = new AbortController();
    const loops = Promise.all([services.alarms.run(minutely.signal), services.queues.run(minutely.signal)]);
    loops.catch(onFault);
    started.push(() => {
      minutely.abort();
      return loops.catch(() => undefined);
    });
    return new Lab({
      ...{ model, clock, speed, endpoint: endpoint.url, kinesis: engine, services, consumers, delivered, stop },
    });
  } catch (error) {
    await stop();
    throw error;
  }
}
