// How far a put is, on standard error: one line that renews itself on a terminal, a line now and then elsewhere.
import { renderPutTotals, type Tally } from './tally.js';

const TERMINAL_MS = 500;
const LOG_MS = 10_000;

/** A service that runs for months says less. */
const SERVICE_LOG_MS = 5 * 60_000;

export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Tells until it is stopped, and where there is no terminal only what is new. */
export function showProgress(tally: Tally, output: ProgressOutput, isService: boolean): { stop(): void } {
  const startMs = performance.now();
  const render = () => {
    const seconds = (performance.now() - startMs) / 1_000;
    const perSecond = Math.round(tally.totals.put / seconds);
    return `${renderPutTotals(tally.totals)}  ${(tally.putBytes / 1_000_000).toFixed(1)} MB  ${perSecond}/s`;
  };
  const clear = () => output.write('\r\x1b[K');
  let told = 0;
  const log = () => {
    const { produced } = tally.totals;
    if (produced !== told) output.write(`${render()}\n`);
    told = produced;
  };
  const timer = output.isTTY
    ? setInterval(() => output.write(`\r\x1b[K${render()}`), TERMINAL_MS)
    : setInterval(log, isService ? SERVICE_LOG_MS : LOG_MS);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      if (output.isTTY) clear();
    },
  };
}
