// How far a replay is, on standard error: a bar on a terminal, a line now and then elsewhere.
import type { ReplayProgress, ReplayTotals } from '../../runtime/replay/progress.js';
import type { ProgressOutput } from '../put/progress.js';

const TERMINAL_MS = 500;
const LOG_MS = 10_000;
const BAR_CHARACTERS = 24;

export interface Standing {
  /** From 0 to 1; undefined when nobody can tell. */
  readonly share: number | undefined;
  readonly totals: ReplayTotals;
}

/** How much of the span of time is behind the shards seen so far, on average; parents count as much as children. */
export function shareOf({ range, shards }: Pick<ReplayProgress, 'range' | 'shards'>): number | undefined {
  const seen = Object.values(shards);
  if (range.kind !== 'time' || seen.length === 0) return undefined;
  const spanMs = range.toMs - range.fromMs;
  const shares = seen.map(({ done, afterMs }) =>
    done ? 1 : Math.min(1, Math.max(0, ((afterMs ?? range.fromMs) - range.fromMs) / spanMs)),
  );
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

export function renderTotals({ read, replayed, filtered, failed }: ReplayTotals): string {
  return `read ${read}  replayed ${replayed}  filtered ${filtered}  failed ${failed}`;
}

export function renderBar({ share, totals }: Standing): string {
  if (share === undefined) return renderTotals(totals);
  const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_CHARACTERS);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_CHARACTERS - filled)}] ${percent} %  ${renderTotals(totals)}`;
}

/** Tells until it is stopped. */
export function showBar(standing: () => Standing, output: ProgressOutput): { stop(): void } {
  return showLines(() => renderBar(standing()), output);
}

/** The same for any line. */
export function showLines(render: () => string, output: ProgressOutput): { stop(): void } {
  const timer = output.isTTY
    ? setInterval(() => output.write(`\r\x1b[K${render()}`), TERMINAL_MS)
    : setInterval(() => output.write(`${render()}\n`), LOG_MS);
  timer.unref();
  let isStopped = false;
  return {
    stop: () => {
      clearInterval(timer);
      if (output.isTTY && !isStopped) output.write('\r\x1b[K');
      isStopped = true;
    },
  };
}
