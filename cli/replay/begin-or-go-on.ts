// A replay that was ended early goes on where it stood, if it is the same one.
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { beginReplay, type ReplayProgress } from '../../runtime/replay/progress.js';
import type { ReplayCliOptions, TargetChoice } from '../replay-options.js';
import { UsageError } from '../usage-error.js';
import { resolveRange } from './resolve-range.js';

export function renderTarget(target: TargetChoice | undefined): string {
  return target === undefined ? 'none' : `${target.kind}:${target.name}`;
}

/** Where to begin. `kept` is what an earlier run has left in the progress file. */
export function beginOrGoOn(
  options: ReplayCliOptions,
  kept: ReplayProgress | undefined,
  nowMs: number,
): ReplayProgress {
  const { streamName, keys, dryRun, progressFile } = options;
  const target = dryRun ? 'none' : renderTarget(options.target);
  if (kept === undefined || dryRun) {
    return beginReplay({ replayId: randomUUID(), streamName, target, range: resolveRange(options, nowMs), keys });
  }
  const asked = { streamName, target, keys: [...keys].sort() };
  const was = { streamName: kept.streamName, target: kept.target, keys: [...kept.keys].sort() };
  if (isDeepStrictEqual(asked, was) && isSameRange(options, kept)) return kept;
  throw new UsageError(
    `'--progress' must be of this replay, got '${progressFile}' of another one, from ${kept.streamName} to ${kept.target}; go on with its flags, name another file, or delete it`,
  );
}

/** Ends that are not given, or that say how long ago, are those of the first run. */
function isSameRange({ from, to }: ReplayCliOptions, { range }: ReplayProgress): boolean {
  for (const [end, name] of [
    [from, 'from'],
    [to, 'to'],
  ] as const) {
    if (end === undefined) continue;
    if (end.kind === 'place') {
      if (range.kind !== 'sequence' || range.shardId !== end.shardId) return false;
      if (end.sequenceNumber !== (name === 'from' ? range.first : range.last)) return false;
    } else {
      if (range.kind !== 'time') return false;
      const wasMs = name === 'from' ? range.fromMs : range.toMs;
      if (end.moment.kind === 'at' && end.moment.atMs !== wasMs) return false;
    }
  }
  return true;
}
