// How far a put is, on standard error: one line that renews itself on a terminal, a line now and then elsewhere.
import { renderPutTotals, type Tally } from './tally.js';

const TERMINAL_MS = 500;
const LOG_MS = 10_000;

export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Tells until it is stopped. */
export function showProgress(tally: Tally, output: ProgressOutput): { stop(): void } {
  const startMs = performance.now();
  const render = () => {
    const seconds = (performance.now() - startMs) / 1_000;
    const perSecond = Math.round(tally.totals.put / seconds);
    return `${renderPutTotals(tally.totals)}  ${(tally.putBytes / 1_000_000).toFixed(1)} MB  ${perSecond}/s`;
  };
  const clear = () => output.write('\r\x1b[K');
  const timer = output.isTTY
    ? setInterval(() => output.write(`\r\x1b[K${render()}`), TERMINAL_MS)
    : setInterval(() => output.write(`${render()}\n`), LOG_MS);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      if (output.isTTY) clear();
    },
  };
}
