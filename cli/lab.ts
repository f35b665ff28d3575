// `kinesis-platform lab`: synthesize, start, put the input or the demo's load, drain, and tell what became of it all.
import { SHARD_WRITE_BYTES_PER_SECOND, SHARD_WRITE_RECORDS_PER_SECOND } from '../core/limits.js';
import { startDisplay } from '../local/console/live-display.js';
import { DataDirError } from '../local/data-dir/data-dir-error.js';
import { checkApart } from '../local/data-dir/take-data-dir.js';
import { type FaultFile, openFaultFile } from '../local/faults/fault-file.js';
import { startLab } from '../local/lab.js';
import { type LabDirectory, LabDirectoryError, takeLabDirectory } from '../local/lab-directory.js';
import type { Lab } from '../local/running-lab.js';
import { ModelError } from '../local/template/read-model.js';
import { type Input, openInput } from './input/open-input.js';
import { Rejections } from './input/rejections.js';
import { type LabOptions, parseLabOptions } from './lab-options.js';
import type { PaceLimits } from './load/pace.js';
import { putClickstream } from './load/put-clickstream.js';
import { putInput } from './load/put-input.js';
import { createStreamWriter } from './load/stream-writer.js';
import { renderPermissions } from './permissions.js';
import { clearReadyFile, renderCarriedOver, renderReady, writeReadyFile } from './ready.js';
import { type StopSignals, watchStopSignals } from './stop-signals.js';
import { checkAssembly, synthesize } from './synthesize.js';
import { type RunTotals, renderTotals, renderTotalsJson } from './totals.js';
import { UsageError } from './usage-error.js';
import { renderWhereToLook } from './where-to-look.js';

/** Wall time that the end of a run gives its consumers. */
const DRAIN_LIMIT_MS = 10_000;

/** Share of a shard's limits that input without a rate uses: nothing is throttled, so nothing changes its order. */
const UNRATED_SHARE = 0.95;

export interface LabEnvironment {
  /** This package's folder. */
  readonly packageDir: string;
}

export async function runLab(args: readonly string[], environment: LabEnvironment): Promise<number> {
  const options = parseLabOptions(args);
  // A reader that went away ends the output, not the run.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
  const input = await openLoad(options);
  if (options.dataDir !== undefined) refuseInside(options.dataDir, options.dir);
  if (options.readyFile !== undefined) await clearReadyFile(options.readyFile);
  const directory = await takeLabDirectory(options.dir).catch((error) => {
    throw error instanceof LabDirectoryError ? new UsageError(error.message) : error;
  });
  let lab: Lab | undefined;
  const faults = options.chaosSeed === undefined ? undefined : openFaultFile(`${directory.path}/logs`);
  const stopSignals = watchStopSignals();
  const broken = new AbortController();
  try {
    const assemblyDir = await readAssemblyDir(options, environment, directory, stopSignals.signal);
    lab = await start(options, assemblyDir, directory, faults, (error) => {
      tellFault(error);
      broken.abort();
    });
    const status = await run(lab, options, input, { stopSignals, broken: broken.signal });
    if (faults) {
      process.stderr.write(
        `chaos ${options.chaosSeed}: ${faults.count} faults, in ${options.dir}/logs/faults.ndjson\n`,
      );
    }
    return status;
  } catch (error) {
    if (stopSignals.signal.aborted && error === stopSignals.signal.reason) return 0;
    throw error;
  } finally {
    await lab?.stop();
    await faults?.close();
    await directory.release();
    stopSignals.close();
    // Whoever writes to it may go on for ever; this process would wait for the end.
    if (options.input === '-') process.stdin.destroy();
  }
}

async function openLoad({ input, format, keyField }: LabOptions): Promise<Input | undefined> {
  return input === undefined ? undefined : openInput({ path: input, format, keyField }, process.stdin);
}

async function readAssemblyDir(
  options: LabOptions,
  { packageDir }: LabEnvironment,
  directory: LabDirectory,
  signal: AbortSignal,
): Promise<string> {
  if (options.assemblyDir !== undefined) return checkAssembly(options.assemblyDir);
  const outDir = `${directory.path}/cdk.out`;
  return synthesize({ cwd: process.cwd(), packageDir, outDir, context: options.context, signal });
}

async function start(
  options: LabOptions,
  assemblyDir: string,
  directory: LabDirectory,
  faults: FaultFile | undefined,
  onFault: (error: unknown) => void,
): Promise<Lab> {
  const { stackName, speed, port, permissions, limits, metricDelayMs, dataDir } = options;
  try {
    return await startLab({
      ...{ assemblyDir, stackName, speed, port, permissions, limits, metricDelayMs },
      ...{ directory: directory.path, dataDir, onFault },
      ...(faults && { chaos: { seed: options.chaosSeed ?? 0, observer: faults } }),
    });
  } catch (error) {
    if (error instanceof ModelError || error instanceof DataDirError) throw new UsageError(error.message);
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new UsageError((error as Error).message);
    throw error;
  }
}

function refuseInside(dataDir: string, labDir: string): void {
  try {
    checkApart(dataDir, labDir);
  } catch (error) {
    throw error instanceof DataDirError ? new UsageError(error.message) : error;
  }
}

function renderPlaces({ dir, dataDir }: LabOptions): string {
  if (dataDir === undefined) return `objects, alerts and logs are in ${dir}`;
  return `objects and alerts are in ${dataDir}, logs in ${dir}`;
}

/** A part that ended early leaves its records unread, so the totals show it too. */
function tellFault(error: unknown): void {
  process.stderr.write(`fault in the lab: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
}

interface Ends {
  readonly stopSignals: StopSignals;
  /** Aborted when a part of the lab has ended early: what it left unread stays unread. */
  readonly broken: AbortSignal;
}

async function run(lab: Lab, options: LabOptions, input: Input | undefined, ends: Ends): Promise<number> {
  const { endpoint, endpoints: services, region } = lab;
  const ready = { endpoint, region, streams: lab.streams.map(({ name }) => name), services };
  if (options.readyFile !== undefined) await writeReadyFile(options.readyFile, ready);
  process.stdout.write(renderReady(lab.stackName, ready) + renderCarriedOver(lab.carriedOver));
  const display = startDisplay(process.stderr, () => lab.status());
  const rejections = new Rejections(options.input ?? 'input', (line) => display.print(line));
  if (options.durationMs !== undefined) ends.stopSignals.endAfter(options.durationMs);
  let totals: RunTotals;
  try {
    await putAndDrain(lab, options, input, rejections, ends);
    rejections.close();
    await lab.drain(AbortSignal.timeout(DRAIN_LIMIT_MS));
    totals = { ...(await lab.stop()), rejected: rejections.count };
  } finally {
    display.stop();
  }
  process.stdout.write(
    `\n${renderTotals(totals)}\n${renderPermissions(lab.permissions())}\n` +
      `${await renderWhereToLook(totals, { dir: options.dir, dataDir: options.dataDir ?? options.dir })}${renderPlaces(options)}\n`,
  );
  if (options.json) process.stdout.write(`${renderTotalsJson(totals)}\n`);
  return totals.balanced ? 0 : 1;
}

async function putAndDrain(
  lab: Lab,
  options: LabOptions,
  input: Input | undefined,
  rejections: Rejections,
  { stopSignals, broken }: Ends,
): Promise<void> {
  const end = stopSignals.signal;
  try {
    await putLoad(lab, options, input, rejections, end);
    // The input is all in: its consumers get the time they need.
    await lab.drain(AbortSignal.any([end, broken]));
  } catch (error) {
    if (!end.aborted) throw error;
  }
}

/** Resolves when the input is put; without input, or with `--no-load`, it goes on until `end`. */
async function putLoad(
  lab: Lab,
  options: LabOptions,
  input: Input | undefined,
  rejections: Rejections,
  end: AbortSignal,
): Promise<void> {
  const { clock, endpoint, region } = lab;
  const stream = lab.streams[0]!;
  const writer = createStreamWriter({
    endpoint,
    region,
    clock,
    streamName: stream.name,
    maxRecordBytes: stream.maxRecordBytes,
    aggregation: options.aggregation,
  });
  const stopped = new Promise<never>((_, reject) => {
    end.addEventListener('abort', () => reject(end.reason), { once: true });
  });
  stopped.catch(() => undefined);
  try {
    end.throwIfAborted();
    const { seed, ratePerSecond, keyField } = options;
    if (!options.load) return await stopped;
    const put = input
      ? putInput({
          rows: input.rows,
          rules: { source: input.name, keyField, maxRecordBytes: stream.maxRecordBytes },
          clock,
          writer,
          rejections,
          limits: () => inputLimits(options, lab.status().streams[0]?.openShards ?? 1),
          signal: end,
        })
      : putClickstream({ seed, ratePerSecond, clock, writer, signal: end });
    await Promise.race([put, stopped]);
  } finally {
    writer.close();
  }
}

/** One key fills one shard; many keys fill all of them. */
function inputLimits({ ratePerSecond, keyField }: LabOptions, openShards: number): PaceLimits {
  if (ratePerSecond !== undefined) {
    return { recordsPerSecond: ratePerSecond, bytesPerSecond: Number.POSITIVE_INFINITY };
  }
  const shards = keyField === undefined ? 1 : openShards;
  return {
    recordsPerSecond: SHARD_WRITE_RECORDS_PER_SECOND * shards * UNRATED_SHARE,
    bytesPerSecond: SHARD_WRITE_BYTES_PER_SECOND * shards * UNRATED_SHARE,
  };
}
