// `kinesis-platform put`: a file, a pipe or a log that grows to a stream, every row accounted for.
import type { Readable, Writable } from 'node:stream';
import { putLog } from './follow/put-log.js';
import { readTarget } from './put/aws-target.js';
import { findStream } from './put/find-stream.js';
import { producerSink } from './put/producer-sink.js';
import { type ProgressOutput, showProgress } from './put/progress.js';
import { putInput } from './put/put-input.js';
import type { Ended } from './put/put-run.js';
import { renderPutTotals, Tally } from './put/tally.js';
import { parsePutOptions } from './put-options.js';
import { watchStopSignals } from './stop-signals.js';

/** Time without any record accepted after which a put is given up: longer than a reshard, or a failover, takes. */
const PATIENCE_MS = 60_000;

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
  const tell = (line: string) => stderr.write(`${line}\n`);
  const target = readTarget(options, env);
  const stopSignals = watchStopSignals();
  try {
    const { maxRecordBytes } = await findStream(options.streamName, target);
    const { streamName, aggregation, follow } = options;
    // A log waits; a file that does not get through is somebody's to look at.
    const patienceMs = follow ? undefined : PATIENCE_MS;
    const sink = producerSink({ streamName, target, maxRecordBytes, aggregation, patienceMs, tell });
    const run = { options, maxRecordBytes, sink, stdin, tell, tally: new Tally(), signal: stopSignals.signal };
    const progress = showProgress(run.tally, stderr, follow !== undefined);
    let ended: Ended;
    try {
      ended = await (follow ? putLog(run, follow) : putInput(run));
    } finally {
      progress.stop();
      await sink.close();
    }
    const { totals } = run.tally;
    for (const line of ended.told) tell(line);
    stdout.write(`${options.json ? JSON.stringify(totals) : renderPutTotals(totals)}\n`);
    return ended.delivered ? 0 : 1;
  } finally {
    stopSignals.close();
    // Whoever writes to it may go on for ever; this process would wait for the end.
    if (options.input === '-') stdin.destroy();
  }
}
