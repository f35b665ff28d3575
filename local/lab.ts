// Puts the lab together: one synthesized stack in, everything it says running, in one process tree, by one clock.
import { setTimeout as wait } from 'node:timers/promises';
import { LabClock } from './clock.js';
import { keepTime, timeToGoOn } from './data-dir/kept-time.js';
import { type LabData, openLabData, readingData } from './data-dir/lab-data.js';
import type { StreamCensus } from './engine/api.js';
import type { EngineTimings } from './engine/context.js';
import { createKinesisEngine } from './engine/engine.js';
import { listenKinesis } from './engine/http/listen.js';
import { ScheduleRunner } from './event-sources/schedule-runner.js';
import { Chaos, type ChaosOptions } from './faults/chaos.js';
import { createRestartableEngine } from './faults/restartable-engine.js';
import { startConsumers } from './lab-consumers.js';
import { type LabServices, startServices } from './lab-services.js';
import { parseEmbeddedMetrics } from './metrics/embedded-metrics.js';
import { openStreams } from './open-streams.js';
import { Acting } from './permissions/acting.js';
import { PermissionGuard } from './permissions/guard.js';
import { checkRoles } from './permissions/start-checks.js';
import { followPolicies, restorePolicies } from './permissions/stored-policies.js';
import { Lab, type StreamCounts } from './running-lab.js';
import { FunctionPool } from './services/lambda/function-pool.js';
import { listenInvoke } from './services/lambda/invoke-service.js';
import type { FunctionInvoker } from './services/lambda/invoker.js';
import type { PlatformModel, ScheduleModel } from './template/model.js';
import { ModelError, readModel } from './template/read-model.js';

const MINUTE_MS = 60_000;

/** Wall time that the end of the lab gives to what is under way, and to what was cut off. */
const GRACE_MS = 2_000;

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
  /**
   * Folder in which streams, positions, tables, queues and objects outlive the run; made if it is not there.
   *
   * @default - nothing outlives the run but the files in `directory`
   */
  readonly dataDir?: string | undefined;
  /**
   * Whether functions, mappings, deliveries and schedules may do only what their roles and the policies allow.
   *
   * @default true
   */
  readonly permissions?: boolean;
  /** Told of what ends a part of the lab early. */
  readonly onFault: (error: unknown) => void;
  /**
   * Faults on purpose.
   *
   * @default - none
   */
  readonly chaos?: ChaosOptions;
  /**
   * Whether streams throttle as the service's do.
   *
   * @default true
   */
  readonly limits?: boolean;
  /**
   * Lab time after its minute until a metric can be read, by alarms and by functions. CloudWatch takes a minute or
   * two, nowhere promised; without it a short run shows what it is about.
   *
   * @default 0
   */
  readonly metricDelayMs?: number;
  /**
   * Lab time that the stream's slow operations take.
   *
   * @default - see EngineTimings
   */
  readonly timings?: Partial<EngineTimings>;
}

/** Starts the lab; whatever fails, nothing is left running. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const model = readModel(options.assemblyDir, options.stackName);
  const started: StopStep[] = [];
  const stop = async () => {
    for (let step = started.pop(); step; step = started.pop()) await step();
  };
  try {
    return new Lab({ ...(await startParts(model, options, started)), model, speed: options.speed, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ends one part; the last one started ends first. */
type StopStep = () => unknown;

async function startParts(model: PlatformModel, options: LabOptions, started: StopStep[]) {
  const { speed, port, directory, onFault, metricDelayMs = 0 } = options;
  const { accountId, region } = model;
  const data = options.dataDir === undefined ? undefined : await openLabData(options.dataDir, model.stackName);
  started.push(() => data?.close());
  const clock = new LabClock({ speed, startMs: startTimeMs(data) });
  started.push(() => clock.stop());
  if (data) started.push(keepTime(clock, data.state, speed));
  const guard = guardModel(model, options);
  const chaos = options.chaos && new Chaos(options.chaos, clock);
  const gates = chaos?.disturbServices();
  const services = await readingData(options.dataDir, () =>
    startServices({ model, clock, directory, data, guard, gates, metricDelayMs }),
  );
  started.push(() => services.close());
  services.objects.onPut((...object) => chaos?.observer.objectPut?.(...object));
  const { metrics } = services;
  // An engine that is to be killed needs a disk to come back from.
  const streamDir = data?.streamDir ?? (chaos && `${directory}/stream`);
  const engine = await readingData(options.dataDir, () =>
    createRestartableEngine(() =>
      createKinesisEngine({
        ...{ clock, metrics, identity: { accountId, region }, timings: options.timings },
        enforceLimits: options.limits,
        ...(streamDir !== undefined && { dataDir: streamDir }),
      }),
    ),
  );
  const kinesis = engine.engine;
  started.push(() => kinesis.close());
  const disturbed = chaos?.disturbEngine(engine);
  const served = followPolicies(disturbed?.served ?? kinesis, guard);
  const consumerArns = await openStreams(kinesis, model, data?.applied);
  await restorePolicies(kinesis, guard, [...model.streams.map(({ arn }) => arn), ...consumerArns.values()]);
  const before = model.streams.map(({ name }) => [name, countStream(kinesis, name)] as const);
  // What consumers have taken no place for yet must not come in.
  let open = () => {};
  const ready = new Promise<void>((resolve) => {
    open = resolve;
  });
  const endpoint = await listenKinesis(served, { clock, port, authorize: guard.authorize('kinesis'), ready });
  started.push(() => endpoint.close());
  const invoking = await listenInvoke({ clock, invoker: () => invoker, authorize: guard.authorize('lambda') });
  started.push(() => invoking.close());
  const endpoints = {
    ...services.endpoints,
    AWS_ENDPOINT_URL_KINESIS: endpoint.url,
    AWS_ENDPOINT_URL_LAMBDA: invoking.url,
  };
  const functions = new FunctionPool({
    functions: model.functions,
    clock,
    metrics,
    endpoints,
    credentials: (functionArn) => guard.credentials(functionArn),
    logDir: `${directory}/logs`,
    onLogLine: (_, line) => {
      for (const datapoint of parseEmbeddedMetrics(line)) metrics.put(datapoint);
    },
  });
  started.push(() => functions.stop(0));
  const invoker: FunctionInvoker = chaos?.disturbInvoker(functions) ?? functions;
  const read = disturbed?.read ?? kinesis;
  const positions = data?.positions;
  const keepsData = data !== undefined;
  const parts = { model, consumerArns, engine: kinesis, read, services, invoker, guard, clock, onFault, positions };
  const { consumers, delivered } = await startConsumers(parts);
  open();
  const schedules = model.schedules.map(
    (schedule) =>
      new ScheduleRunner({ ...parts, invoker: invokerOf(schedule, parts), schedule, onError: once(onFault) }),
  );
  for (const schedule of schedules) schedule.start();
  started.push(() => stopReaders([...schedules, ...consumers], functions, onFault));
  started.push(runMinutely(services, onFault));
  return {
    guard,
    clock,
    endpoint: endpoint.url,
    endpoints,
    kinesis,
    services,
    consumers,
    delivered,
    before: new Map(before),
    keepsData,
  };
}

/** Where an earlier run has ended; both at a whole minute, so that a schedule's first run sees a whole minute of metrics. */
function startTimeMs(data: LabData | undefined): number {
  const goOnMs = data && timeToGoOn(data.state);
  if (goOnMs !== undefined) return Math.ceil(goOnMs / MINUTE_MS) * MINUTE_MS;
  return Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
}

function countStream(kinesis: StreamCensus, name: string): StreamCounts {
  return { accepted: kinesis.accepted(name), reshards: kinesis.reshards(name) };
}

/** Refuses, as a deployment would, a role that lacks what its function or delivery needs to begin with. */
function guardModel(model: PlatformModel, { permissions = true }: LabOptions): PermissionGuard {
  let missing: string[];
  try {
    const guard = new PermissionGuard(model.access, { enforced: permissions });
    missing = checkRoles(guard, model);
    if (missing.length === 0) return guard;
  } catch (error) {
    missing = [(error as Error).message];
  }
  throw new ModelError(
    `start stack '${model.stackName}' failed: ${missing.join('; ')}; grant what is missing, or leave permissions out with '--no-permissions'`,
  );
}

/** A schedule invokes its functions as EventBridge, which each function must let in. */
function invokerOf({ arn }: ScheduleModel, { guard, invoker }: { guard: PermissionGuard; invoker: FunctionInvoker }) {
  const caller = { kind: 'service', service: 'events.amazonaws.com', sourceArn: arn } as const;
  return new Acting(guard, caller).functions(invoker);
}

/** Tells each fault once: a schedule that is refused is so each time. */
function once(onFault: LabOptions['onFault']): LabOptions['onFault'] {
  const told = new Set<string>();
  return (error) => {
    if (!told.has(String(error))) onFault(error);
    told.add(String(error));
  };
}

/** Evaluates alarms and reports queues each minute; gives what ends it. */
function runMinutely({ alarms, queues }: LabServices, onFault: LabOptions['onFault']): StopStep {
  const stopping = new AbortController();
  const running = Promise.all([alarms.run(stopping.signal), queues.run(stopping.signal)]).catch(onFault);
  return () => {
    stopping.abort();
    return running;
  };
}

interface Reader {
  stop(limitMs: number): Promise<void>;
}

async function stopReaders(readers: readonly Reader[], invoker: FunctionPool, onFault: LabOptions['onFault']) {
  const ended = Promise.all(readers.map((reader) => reader.stop(GRACE_MS))).catch(onFault);
  await within(GRACE_MS, ended);
  // What still runs is cut off; its reader then has nothing left to wait for.
  await invoker.stop(0);
  await within(GRACE_MS, ended);
}

async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  const late = new AbortController();
  await Promise.race([work, wait(limitMs, undefined, { signal: late.signal }).catch(() => undefined)]);
  late.abort();
}
