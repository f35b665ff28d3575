// Keeps a provisioned stream's shard count with its load: read, plan, apply, report. It runs every minute, so whatever goes
// wrong is told and left to the next run; an invocation that threw would only be repeated at once.
import { measureLoad, minutesToRead, type StreamTraffic } from '../../core/scaling/measure-load.js';
import {
  planResize,
  type ResizePlan,
  resizesLeft,
  type ScalingPolicy,
  type StreamLoad,
} from '../../core/scaling/plan-resize.js';
import { errorName } from '../../runtime/telemetry/error-name.js';
import type { Telemetry } from '../../runtime/telemetry/lambda-telemetry.js';
import { METRICS } from './contract.js';

type FailedStep = 'read stream' | 'read metrics' | 'resize stream';

export type AutoscalerLog =
  | {
      readonly type: 'autoscale.planned';
      readonly level: 'info' | 'error';
      readonly stream: string;
      readonly plan: ResizePlan;
    }
  | {
      readonly type: 'autoscale.resized';
      readonly level: 'info';
      readonly stream: string;
      readonly from: number;
      readonly to: number;
    }
  | { readonly type: 'autoscale.busy'; readonly level: 'info'; readonly stream: string }
  | {
      readonly type: 'autoscale.failed';
      readonly level: 'error';
      readonly stream: string;
      readonly step: FailedStep;
      readonly error: string;
    };

/** Everything the autoscaler needs from the outside world. */
export interface AutoscalerPorts {
  readStream(stream: string): Promise<Pick<StreamLoad, 'mode' | 'status' | 'openShards'>>;
  /** Reads whole minutes, `minutes` of them up to now. */
  readTraffic(stream: string, nowMs: number, minutes: number): Promise<StreamTraffic>;
  /** Counts the resizes that this function made in the 24 hours up to now. */
  countResizes(stream: string, nowMs: number): Promise<number>;
  resize(stream: string, toShards: number): Promise<void>;
  nowMs(): number;
  readonly telemetry: Telemetry<AutoscalerLog>;
}

export type AutoscaleOutcome =
  | { readonly kind: 'held' | 'resized' | 'refused'; readonly plan: ResizePlan }
  /** Somebody else is resizing the stream. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly step: FailedStep; readonly error: string };

/**
 * Brings a stream to the shard count that its load needs, by one call at most.
 */
export async function autoscale(
  ports: AutoscalerPorts,
  stream: string,
  policy: ScalingPolicy,
): Promise<AutoscaleOutcome> {
  let step: FailedStep = 'read stream';
  try {
    const state = await ports.readStream(stream);
    step = 'read metrics';
    const load = state.mode === 'ON_DEMAND' ? unmeasured(state) : await readLoad(ports, stream, policy, state);
    const plan = planResize(load, policy);
    const level = plan.kind === 'refuse' ? 'error' : 'info';
    ports.telemetry.log({ type: 'autoscale.planned', level, stream, plan });
    step = 'resize stream';
    if (plan.kind === 'resize') await ports.resize(stream, plan.to);
    return settle(ports, stream, load, plan);
  } catch (error) {
    return settleFailure(ports, stream, step, errorName(error));
  }
}

async function readLoad(
  ports: AutoscalerPorts,
  stream: string,
  { scaleInAfterMinutes }: ScalingPolicy,
  state: Pick<StreamLoad, 'mode' | 'status' | 'openShards'>,
): Promise<StreamLoad> {
  const nowMs = ports.nowMs();
  const [traffic, resizesInLastDay] = await Promise.all([
    ports.readTraffic(stream, nowMs, minutesToRead(scaleInAfterMinutes)),
    ports.countResizes(stream, nowMs),
  ]);
  const { openShards } = state;
  return { ...state, ...measureLoad(traffic, { openShards, nowMs, scaleInAfterMinutes }), resizesInLastDay };
}

/** An on-demand stream is not measured: its shards are not the limit that the load is compared with. */
function unmeasured(state: Pick<StreamLoad, 'mode' | 'status' | 'openShards'>): StreamLoad {
  return { ...state, recentPercent: undefined, windowPercent: undefined, resizesInLastDay: 0 };
}

function settle(ports: AutoscalerPorts, stream: string, load: StreamLoad, plan: ResizePlan): AutoscaleOutcome {
  const resized = plan.kind === 'resize';
  ports.telemetry.measure({
    [METRICS.openShards]: load.openShards,
    [METRICS.resized]: resized ? 1 : 0,
    [METRICS.scaleFailed]: plan.kind === 'refuse' ? 1 : 0,
    ...(plan.kind === 'refuse'
      ? {}
      : {
          [METRICS.targetShards]: resized ? plan.to : load.openShards,
          [METRICS.resizesLeft]: resizesLeft(load.resizesInLastDay + (resized ? 1 : 0)),
        }),
    ...(load.recentPercent === undefined ? {} : { [METRICS.utilizationPercent]: load.recentPercent }),
  });
  if (!resized) return { kind: plan.kind === 'refuse' ? 'refused' : 'held', plan };
  const { from, to } = plan;
  ports.telemetry.log({ type: 'autoscale.resized', level: 'info', stream, from, to });
  return { kind: 'resized', plan };
}

/**
 * A stream that somebody else is resizing is no trouble: the next run finds it done. Everything else is.
 */
function settleFailure(ports: AutoscalerPorts, stream: string, step: FailedStep, error: string): AutoscaleOutcome {
  const busy = step === 'resize stream' && error === 'ResourceInUseException';
  ports.telemetry.measure({
    [METRICS.resized]: 0,
    [METRICS.scaleFailed]: busy ? 0 : 1,
    // The service counts calls of others too: when it says that none is left, it is right.
    ...(error === 'LimitExceededException' && step === 'resize stream' ? { [METRICS.resizesLeft]: 0 } : {}),
  });
  if (busy) {
    ports.telemetry.log({ type: 'autoscale.busy', level: 'info', stream });
    return { kind: 'busy' };
  }
  ports.telemetry.log({ type: 'autoscale.failed', level: 'error', stream, step, error });
  return { kind: 'failed', step, error };
}
