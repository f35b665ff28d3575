// Reads a log for as long as it lives: across rotation by rename and by copy and truncate, from where an earlier run was.
//
// At any time one file is read. It is left when it is not at the followed path any more, another one is, and nothing was
// added to it for a while (its writer may hold it open after the rename), or when it was truncated. Next comes the oldest
// rotated file that was written to after it, then the one at the path. What was not read of a file that was truncated is
// looked for in a copy: a rotated file with the same beginning.
import type { Line } from '../input/line-splitter.js';
import type { FilePosition } from './file-position.js';
import { Succession, type SuccessionOptions } from './succession.js';
import type { TailedFile } from './tailed-file.js';

export type TailOptions = SuccessionOptions;

export interface TailedLine {
  /** Nothing where a file begins. */
  readonly line: Line | undefined;
  /** The place behind the line. */
  readonly position: () => FilePosition;
}

/** Ends when the signal is aborted, and never by itself. */
export async function* tail(options: TailOptions): AsyncGenerator<TailedLine> {
  const { path, signal, tell } = options;
  const succession = new Succession(options);
  let file = await succession.begin();
  let opened: TailedFile | undefined;
  try {
    while (file && !signal.aborted) {
      if (file !== opened) yield begun(file);
      opened = file;
      const { isFresh } = file;
      const reading = await file.read();
      if (isFresh && reading.kind === 'read' && (await succession.isOvertaken(file))) {
        await file.close();
        file = await succession.openAgain();
      } else if (reading.kind === 'read') yield* located(file, reading.lines);
      else if (reading.kind === 'quiet') {
        if (await succession.isLeft(file)) {
          yield* located(file, file.finish());
          file = await succession.after(file);
        } else await succession.wait();
      } else {
        const rest = await succession.findCopy(file.position());
        tell(
          `${path} was truncated: ${rest ? `what was not read of it is in ${rest.path}` : 'no copy of it is there'}`,
        );
        if (rest === undefined) yield* located(file, file.finish());
        await file.close();
        file = rest ?? (await succession.openNext(undefined));
      }
    }
  } finally {
    await file?.close();
  }
}

function begun(file: TailedFile): TailedLine {
  const position = file.position();
  return { line: undefined, position: () => position };
}

function* located(file: TailedFile, lines: readonly Line[]): Generator<TailedLine> {
  for (const line of lines) {
    yield { line, position: () => file.position({ offset: line.endOffset, line: line.number }) };
  }
}
