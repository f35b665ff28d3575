// Reads a trace: a CSV file with the columns `minute,load`, one row a minute.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { scaleToPeak, type Trace } from '../core/scaling/simulation/trace.js';
import { UsageError } from './usage-error.js';

const HEADER = 'minute,load';

/** Longest trace: a year of minutes. */
const MINUTES_MAX = 366 * 1_440;

/** Reads `path`; the highest load becomes `peak` MiB/s, or stays as it is when no peak is given. */
export function readTrace(path: string, peak?: number): Trace {
  const values = parseTrace(path, readText(path));
  const highest = values.reduce((high, value) => Math.max(high, value), 0);
  return scaleToPeak(basename(path).replace(/\.csv$/, ''), values, peak ?? highest);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`read '${path}' failed: ${error instanceof Error ? error.message : error}`);
  }
}

function parseTrace(path: string, text: string): number[] {
  const [header, ...lines] = text.split(/\r?\n/);
  if (header?.trim().replace(/^\uFEFF/, '') !== HEADER) {
    throw new UsageError(`'${path}' must begin with the line '${HEADER}', got '${header?.slice(0, 80)}'; add it`);
  }
  const values: number[] = [];
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const [minute, load, ...more] = line.split(',').map((cell) => (cell.trim() === '' ? Number.NaN : Number(cell)));
    const row = `line ${at + 2} of '${path}'`;
    if (!(load! >= 0 && Number.isFinite(load)) || more.length > 0) {
      throw new UsageError(`${row} must be a minute and a load of at least 0, got '${line.slice(0, 80)}'; correct it`);
    }
    if (minute !== values.length) {
      throw new UsageError(
        `${row} must have minute ${values.length}, got '${line.slice(0, 80)}'; give every minute, in order, from 0`,
      );
    }
    values.push(load!);
  }
  if (values.length === 0 || values.length > MINUTES_MAX) {
    throw new UsageError(`'${path}' must have 1 to ${MINUTES_MAX} minutes, got ${values.length}; give another file`);
  }
  return values;
}
