// The flags' range by the service's time.
import type { ReplayRange } from '../../runtime/replay/replay-range.js';
import { momentMs } from '../flags.js';
import type { ReplayCliOptions } from '../replay-options.js';
import { UsageError } from '../usage-error.js';

/** The range that is asked for; `to` is now when it is not given, so that a replay does not read what it puts. */
export function resolveRange({ from, to }: Pick<ReplayCliOptions, 'from' | 'to'>, nowMs: number): ReplayRange {
  if (from === undefined) {
    throw new UsageError(
      "'--from' must be given, got nothing; give the time of the first record, as 90m or 2026-11-20T10:00:00Z",
    );
  }
  if (from.kind === 'place') {
    if (to?.kind !== 'place') throw new UsageError("'--to' must be a place where '--from' is one, got a time");
    return { kind: 'sequence', shardId: from.shardId, first: from.sequenceNumber, last: to.sequenceNumber };
  }
  const fromMs = momentMs(from.moment, nowMs);
  const toMs = to?.kind === 'time' ? momentMs(to.moment, nowMs) : nowMs;
  const show = (ms: number) => new Date(ms).toISOString();
  if (toMs > nowMs) {
    throw new UsageError(`'--to' must not be in the future, got ${show(toMs)}; leave it out for now, ${show(nowMs)}`);
  }
  if (toMs <= fromMs) {
    throw new UsageError(`'--to' must be later than '--from', ${show(fromMs)}, got ${show(toMs)}; correct one of them`);
  }
  return { kind: 'time', fromMs, toMs };
}
