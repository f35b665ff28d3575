// One step of a replay, as long as the invocation lasts: begins it, or goes on where the last step has stopped.
import type { FailedDelivery, ReplayReader, ReplayTarget, ReplayTimer } from '../../runtime/replay/ports.js';
import { beginReplay, type ReplayProgress } from '../../runtime/replay/progress.js';
import { replay } from '../../runtime/replay/replay.js';
import type { Telemetry } from '../../runtime/telemetry/lambda-telemetry.js';
import type { ReplayStepResult } from './contract.js';
import type { ReplayStepRequest } from './read-request.js';

/** The last part of an invocation is for the batches under way. */
export const ENDING_MS = 30_000;
/** Places of failed records in one log event. */
const PLACES = 20;

/** What is kept from step to step. */
export interface ReplayState {
  readonly progress: ReplayProgress;
  /** Before this, records had expired when it began. */
  readonly expiredUntilMs?: number;
}

export type ReplayLog =
  | { readonly type: 'replay.begun'; readonly level: 'info'; readonly name: string; readonly replayId: string }
  | {
      readonly type: 'replay.failed';
      readonly level: 'error';
      readonly records: readonly { readonly place: FailedDelivery['origin']; readonly reason: string }[];
    }
  | ({ readonly type: 'replay.stepped'; readonly level: 'info' } & ReplayStepResult);

export interface ReplayStepPorts {
  readonly reader: ReplayReader;
  readonly timer: ReplayTimer;
  readState(name: string): Promise<ReplayState | undefined>;
  writeState(name: string, state: ReplayState): Promise<void>;
  openTarget(replayId: string, marked: boolean): Promise<ReplayTarget>;
  newId(): string;
  readonly telemetry: Pick<Telemetry<ReplayLog>, 'log'>;
}

/** Fails when the request is not that of the replay by this name. */
export async function replayStep(
  ports: ReplayStepPorts,
  of: Pick<ReplayProgress, 'streamName' | 'target'>,
  request: ReplayStepRequest,
  remainingMs: number,
): Promise<ReplayStepResult> {
  const { reader, timer, telemetry } = ports;
  const { name } = request;
  const kept = await ports.readState(name);
  const state = kept ?? (await begin(ports, of, request));
  refuseOther(state.progress, request);
  if (!state.progress.ended) {
    const stop = new AbortController();
    const clock = setTimeout(() => stop.abort(new Error('the step is over')), Math.max(0, remainingMs - ENDING_MS));
    const target = await ports.openTarget(state.progress.replayId, request.marked);
    try {
      const progress = await replay({
        ...{
          progress: state.progress,
          reader,
          target,
          timer,
          ratePerSecond: request.ratePerSecond,
          signal: stop.signal,
        },
        save: (next) => ports.writeState(name, { ...state, progress: next }),
        onFailed: (failed) =>
          telemetry.log({
            ...{ type: 'replay.failed', level: 'error' },
            records: failed.slice(0, PLACES).map(({ origin, reason }) => ({ place: origin, reason })),
          }),
      });
      return tell(ports, resultOf(name, { ...state, progress }));
    } finally {
      clearTimeout(clock);
      await target.close();
    }
  }
  return tell(ports, resultOf(name, state));
}

/** The state is kept before anything is delivered: the marks of a step that dies must be those of the next. */
async function begin(
  ports: ReplayStepPorts,
  of: Pick<ReplayProgress, 'streamName' | 'target'>,
  { name, fromMs, toMs, keys = [] }: ReplayStepRequest,
): Promise<ReplayState> {
  const expiredUntilMs = await ports.reader.expiredUntilMs();
  const nowMs = ports.reader.nowMs();
  if (fromMs === undefined) {
    throw new Error(
      `'from' must be given to begin replay '${name}', got nothing; there is none by this name to go on with`,
    );
  }
  const range = { kind: 'time', fromMs, toMs: Math.min(toMs ?? nowMs, nowMs) } as const;
  if (range.toMs <= fromMs) throw new Error("'to' must be later than 'from', got an earlier time; swap them");
  const progress = beginReplay({ replayId: ports.newId(), ...of, range, keys });
  const state: ReplayState = { progress, ...(fromMs < expiredUntilMs && { expiredUntilMs }) };
  await ports.writeState(name, state);
  ports.telemetry.log({ type: 'replay.begun', level: 'info', name, replayId: progress.replayId });
  return state;
}

function refuseOther({ range, keys }: ReplayProgress, { name, fromMs, toMs, keys: asked }: ReplayStepRequest): void {
  const isSame =
    range.kind === 'time' &&
    (fromMs === undefined || fromMs === range.fromMs) &&
    (toMs === undefined || toMs >= range.toMs) &&
    (asked === undefined || String([...asked].sort()) === String([...keys].sort()));
  if (!isSame) throw new Error(`'name' must be of this replay, got '${name}' of another one; choose a new name`);
}

function resultOf(name: string, { progress, expiredUntilMs }: ReplayState): ReplayStepResult {
  const { replayId, totals, ended } = progress;
  return {
    ...{ name, replayId, status: ended ? 'ended' : 'more', totals },
    ...(expiredUntilMs !== undefined && { expiredUntil: new Date(expiredUntilMs).toISOString() }),
  };
}

function tell({ telemetry }: ReplayStepPorts, result: ReplayStepResult): ReplayStepResult {
  telemetry.log({ type: 'replay.stepped', level: 'info', ...result });
  return result;
}
