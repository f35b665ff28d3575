// `kinesis-platform put`: a file or a pipe to a stream, every row accounted for.
import type { Readable, Writable } from 'node:stream';
import { Rejections } from './input/rejections.js';
import { readTarget } from './put/aws-target.js';
import { findStream } from './put/find-stream.js';
import { openRows } from './put/open-rows.js';
import { paceOf } from './put/pace.js';
import { producerSink } from './put/producer-sink.js';
import { type ProgressOutput, showProgress } from './put/progress.js';
import { type EndedEarly, putRows } from './put/put-rows.js';
import { SpillFile } from './put/spill-file.js';
import { isAllDelivered, type PutTotals, renderPutTotals, Tally } from './put/tally.js';
import { type PutOptions, parsePutOptions } from './put-options.js';
import { watchStopSignals } from './stop-signals.js';

/** What the command reads and writes; the process itself has it all. */
export interface PutEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & ProgressOutput;
}

export async function runPut(args: readonly string[], environment: PutEnvironment = process): Promise<number> {
  const { env, stdin, stdout, stderr } = environment;
  const options = parsePutOptions(args);
  // A reader that went away ends the output, not the run. The SDK's notice on Node versions is not for this screen.
  for (const output of [stdout, stderr]) output.on('error', () => undefined);
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const target = readTarget(options, env);
  const stopSignals = watchStopSignals();
  try {
    const { maxRecordBytes } = await findStream(options.streamName, target);
    const { name, rows } = await openRows(options, maxRecordBytes, stdin);
    const sink = producerSink(options.streamName, target, maxRecordBytes);
    const spill = new SpillFile(options.spillFile);
    const rejections = new Rejections(name, (line) => stderr.write(`${line}\n`));
    const tally = new Tally();
    const progress = showProgress(tally, stderr);
    const pace = paceOf(options.ratePerSecond);
    let early: EndedEarly | undefined;
    try {
      early = await putRows({ rows, sink, spill, tally, rejections, pace, signal: stopSignals.signal });
    } finally {
      progress.stop();
      await sink.close();
      await spill.close();
      rejections.close();
    }
    for (const line of renderEnd(options, tally.totals, early)) stderr.write(`${line}\n`);
    stdout.write(`${options.json ? JSON.stringify(tally.totals) : renderPutTotals(tally.totals)}\n`);
    return early === undefined && isAllDelivered(tally.totals) ? 0 : 1;
  } finally {
    stopSignals.close();
    // Whoever writes to it may go on for ever; this process would wait for the end.
    if (options.input === '-') stdin.destroy();
  }
}

/** What people have to know beside the totals. */
function renderEnd({ streamName, spillFile }: PutOptions, totals: PutTotals, early: EndedEarly | undefined): string[] {
  const lines: string[] = [];
  if (early?.fault) {
    const { errorCode, message } = early.fault;
    lines.push(`error: put records to '${streamName}' failed: ${errorCode}: ${message}`);
  }
  if (early) lines.push(`ended early: no line after ${early.lastLine} was put`);
  if (totals.spilled > 0) {
    lines.push(`kept ${totals.spilled} undelivered records: put them with '--input ${spillFile} --format spill'`);
  }
  if (totals.failed > 0) lines.push(`error: ${totals.failed} records are lost: '${spillFile}' cannot be written`);
  return lines;
}
