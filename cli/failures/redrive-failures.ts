// `failures redrive`: from a bucket or a queue, to a stream or a function.
import { randomUUID } from 'node:crypto';
import { awsFailureBucket } from '../../runtime/replay/failures/failure-bucket-aws.js';
import { awsFailureQueue } from '../../runtime/replay/failures/failure-queue-aws.js';
import { parseFailure } from '../../runtime/replay/failures/parse-failure.js';
import type { FailureBucket } from '../../runtime/replay/failures/ports.js';
import { type FailureInBucket, readBucket } from '../../runtime/replay/failures/read-bucket.js';
import { Redrive, type RedriveTotals } from '../../runtime/replay/failures/redrive.js';
import { redriveBucket } from '../../runtime/replay/failures/redrive-bucket.js';
import { redriveQueue } from '../../runtime/replay/failures/redrive-queue.js';
import { NOTHING_REDRIVEN } from '../../runtime/replay/failures/redrive-totals.js';
import type { ReplayReader } from '../../runtime/replay/ports.js';
import { awsReplayReader } from '../../runtime/replay/ports-aws.js';
import { turnsAt } from '../../runtime/replay/rate.js';
import { DEFAULT_READ_SHARE } from '../../runtime/replay/replay.js';
import type { RedriveCliOptions } from '../failures-options.js';
import { readServiceTarget, readTarget } from '../put/aws-target.js';
import { findStream } from '../put/find-stream.js';
import { FailedTellings } from '../replay/failed-tellings.js';
import { openTarget, WALL_TIMER } from '../replay/open-target.js';
import { showLines } from '../replay/progress-bar.js';
import type { ReplayEnvironment } from '../replay.js';
import { watchStopSignals } from '../stop-signals.js';
import { explainBucket, filterOf } from './asked-for.js';

export async function redriveFailures(options: RedriveCliOptions, environment: ReplayEnvironment): Promise<number> {
  const { env, stdout, stderr } = environment;
  const tell = (line: string) => stderr.write(`${line}\n`);
  const replayId = randomUUID();
  const { target: choice, dryRun, marked, region, streamName } = options;
  const aws = readTarget({ endpoint: undefined, region }, env);
  const { streamArn } = streamName === undefined ? { streamArn: '' } : await findStream(streamName, aws);
  const target =
    choice && !dryRun ? await openTarget({ choice, replayId, marked, aws, region, env, streamArn }) : undefined;
  const stopSignals = watchStopSignals();
  const failures = new FailedTellings(tell);
  let totals: RedriveTotals = NOTHING_REDRIVEN;
  const progress = showLines(() => renderRedriveTotals(totals), stderr);
  try {
    const redrive = new Redrive({
      ...{ filter: filterOf(options, Date.now()), target, signal: stopSignals.signal },
      takeTurn: turnsAt(dryRun ? undefined : options.ratePerSecond, WALL_TIMER),
      onFailed: (failed) => failures.add(failed),
    });
    const onTotals = (next: RedriveTotals) => {
      totals = next;
    };
    const run = { options, environment, redrive, tell, onTotals, signal: stopSignals.signal };
    totals = await ('bucket' in options.source
      ? fromBucket(run, options.source.bucket)
      : fromQueue(run, options.source.queueUrl));
    progress.stop();
    stdout.write(`${options.json ? JSON.stringify({ replayId, ...totals }) : renderRedriveTotals(totals)}\n`);
    const isEnded = !stopSignals.signal.aborted;
    if (!isEnded) tell('ended early: the same command goes on with what is left');
    return isEnded && totals.failed === 0 && totals.lost === 0 ? 0 : 1;
  } finally {
    progress.stop();
    failures.close();
    stopSignals.close();
    await target?.close();
  }
}

export function renderRedriveTotals({ read, redriven, filtered, failed, lost }: RedriveTotals): string {
  return `read ${read}  redriven ${redriven}  filtered ${filtered}  failed ${failed}  lost ${lost}`;
}

interface Run {
  readonly options: RedriveCliOptions;
  readonly environment: ReplayEnvironment;
  readonly redrive: Redrive;
  readonly tell: (line: string) => void;
  readonly onTotals: (totals: RedriveTotals) => void;
  readonly signal: AbortSignal;
}

async function fromBucket(run: Run, name: string): Promise<RedriveTotals> {
  const { options, environment } = run;
  const bucket = awsFailureBucket({ ...readServiceTarget('S3', options.region, environment.env), bucket: name });
  const { object, deletes, dryRun: isDryRun } = options;
  const objects = object === undefined ? readBucket(bucket, filterOf(options, Date.now())) : oneObject(bucket, object);
  try {
    return await redriveBucket({ ...run, bucket, objects, deletes, isDryRun });
  } catch (error) {
    throw explainBucket(name, error);
  } finally {
    bucket.close();
  }
}

async function* oneObject(bucket: FailureBucket, key: string): AsyncGenerator<FailureInBucket> {
  const { body, modifiedMs } = await bucket.get(key);
  yield { key, body, modifiedMs, object: parseFailure(key, body) };
}

async function fromQueue(run: Run, queueUrl: string): Promise<RedriveTotals> {
  const { options, environment } = run;
  const { region, functionName, dryRun: isDryRun } = options;
  const queue = awsFailureQueue({ ...readServiceTarget('SQS', region, environment.env), queueUrl });
  const readers = new Map<string, ReplayReader>();
  const readerOf = (streamName: string) => {
    const target = readTarget({ endpoint: undefined, region }, environment.env);
    const reader = readers.get(streamName) ?? awsReplayReader({ ...target, streamName });
    readers.set(streamName, reader);
    return reader;
  };
  try {
    const reading = { queue, readerOf, timer: WALL_TIMER, share: DEFAULT_READ_SHARE };
    return await redriveQueue({ ...run, ...reading, functionName, isDryRun });
  } finally {
    queue.close();
    for (const reader of readers.values()) reader.close();
  }
}
