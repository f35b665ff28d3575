// Keeps the view current: redrawn in place on a terminal, a line every few seconds anywhere else.
import type { LabStatus } from '../lab-status.js';
import { renderLine, renderScreen } from './live-view.js';

const REDRAW_MS = 250;
const LINE_EVERY_MS = 5_000;
const DEFAULT_COLUMNS = 80;
const ESC = '\u001b[';

export interface Display {
  /** Prints a line that stays, above the view. */
  print(line: string): void;
  stop(): void;
}

/** The part of a terminal, or of a file, that a display needs. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export function startDisplay(output: Output, readStatus: () => LabStatus): Display {
  let drawnLines = 0;
  const erase = () => {
    if (drawnLines > 0) output.write(`${ESC}${drawnLines}A${ESC}0J`);
    drawnLines = 0;
  };
  const draw = () => {
    const screen = renderScreen(readStatus(), (output.columns || DEFAULT_COLUMNS) - 1);
    erase();
    output.write(`${screen}\n`);
    drawnLines = screen.split('\n').length;
  };
  const redrawn = output.isTTY === true;
  const step = redrawn ? draw : () => output.write(`${renderLine(readStatus())}\n`);
  const timer = setInterval(step, redrawn ? REDRAW_MS : LINE_EVERY_MS);
  return {
    print(line) {
      erase();
      output.write(`${line}\n`);
      if (redrawn) draw();
    },
    stop() {
      clearInterval(timer);
      step();
    },
  };
}
