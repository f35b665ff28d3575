// `kinesis-platform replay`: a range of a stream once more, to a stream or a function, every record accounted for.
import type { Writable } from 'node:stream';
import type { FailedDelivery, ReplayReader } from '../runtime/replay/ports.js';
import { awsReplayReader } from '../runtime/replay/ports-aws.js';
import type { ReplayProgress } from '../runtime/replay/progress.js';
import { replay } from '../runtime/replay/replay.js';
import { readTarget } from './put/aws-target.js';
import { findStream } from './put/find-stream.js';
import type { ProgressOutput } from './put/progress.js';
import { beginOrGoOn } from './replay/begin-or-go-on.js';
import { FailedTellings } from './replay/failed-tellings.js';
import { openTarget, WALL_TIMER } from './replay/open-target.js';
import { renderTotals, shareOf, showBar } from './replay/progress-bar.js';
import { readProgress, removeProgress, writeProgress } from './replay/progress-file.js';
import { parseReplayOptions, type ReplayCliOptions } from './replay-options.js';
import { watchStopSignals } from './stop-signals.js';

export interface ReplayEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Writable;
  readonly stderr: Writable & ProgressOutput;
}

export async function runReplay(args: readonly string[], environment: ReplayEnvironment = process): Promise<number> {
  const { env, stdout, stderr } = environment;
  const options = parseReplayOptions(args);
  for (const output of [stdout, stderr]) output.on('error', () => undefined);
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const tell = (line: string) => stderr.write(`${line}\n`);
  const aws = readTarget(options, env);
  const { streamArn } = await findStream(options.streamName, aws);
  const reader = awsReplayReader({ ...aws, streamName: options.streamName });
  const stopSignals = watchStopSignals();
  try {
    const expiredUntilMs = await reader.expiredUntilMs();
    const kept = options.dryRun ? undefined : await readProgress(options.progressFile);
    const begun = beginOrGoOn(options, kept, reader.nowMs());
    if (kept) tell(`going on with the replay of '${options.progressFile}': ${renderTotals(kept.totals)}`);
    const isExpired = kept === undefined && begun.range.kind === 'time' && begun.range.fromMs < expiredUntilMs;
    if (isExpired) {
      tell(`error: records before ${new Date(expiredUntilMs).toISOString()} have expired and are not replayed`);
    }
    const { replayId } = begun;
    const { target: choice, marked, region } = options;
    const target =
      choice && !options.dryRun
        ? await openTarget({ choice, replayId, marked, aws, region, env, streamArn })
        : undefined;
    const ended = await run({ options, begun, reader, target, signal: stopSignals.signal, stderr, tell });
    stdout.write(`${options.json ? JSON.stringify({ replayId, ...ended.totals }) : renderTotals(ended.totals)}\n`);
    if (!ended.ended) tell(`ended early: the same command goes on with '${options.progressFile}'`);
    return ended.ended && ended.totals.failed === 0 && !isExpired ? 0 : 1;
  } finally {
    stopSignals.close();
    reader.close();
  }
}

interface Run {
  readonly options: ReplayCliOptions;
  readonly begun: ReplayProgress;
  readonly reader: ReplayReader;
  readonly target: Awaited<ReturnType<typeof openTarget>> | undefined;
  readonly signal: AbortSignal;
  readonly stderr: ProgressOutput;
  readonly tell: (line: string) => void;
}

async function run({ options, begun, reader, target, signal, stderr, tell }: Run): Promise<ReplayProgress> {
  const { dryRun, progressFile, ratePerSecond, share } = options;
  let progress = begun;
  const failures = new FailedTellings(tell);
  const bar = showBar(() => ({ share: shareOf(progress), totals: progress.totals }), stderr);
  // Kept before anything is delivered: what a killed run has delivered must have the id that the next one goes on with.
  if (!dryRun) await writeProgress(progressFile, begun);
  try {
    progress = await replay({
      ...{ progress: begun, reader, target, timer: WALL_TIMER, share, signal },
      ratePerSecond: dryRun ? undefined : ratePerSecond,
      onFailed: (failed: readonly FailedDelivery[]) => failures.add(failed),
      save: async (next) => {
        progress = next;
        if (!dryRun) await writeProgress(progressFile, next);
      },
    });
    if (progress.ended && !dryRun) await removeProgress(progressFile);
    return progress;
  } catch (error) {
    tell(`error: ${(error as Error).message}`);
    return progress;
  } finally {
    bar.stop();
    failures.close();
    await target?.close();
  }
}
