// Makes what the flags name as the target, by its adapter to AWS or a lab.
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { functionTarget } from '../../runtime/replay/function-target.js';
import { awsInvoke } from '../../runtime/replay/invoke-aws.js';
import type { ReplayTarget, ReplayTimer } from '../../runtime/replay/ports.js';
import { streamTarget } from '../../runtime/replay/stream-target.js';
import type { AwsTarget } from '../put/aws-target.js';
import { readServiceTarget } from '../put/aws-target.js';
import { findStream } from '../put/find-stream.js';
import type { TargetChoice } from '../replay-options.js';

/** Wall time. */
export const WALL_TIMER: ReplayTimer = {
  nowMs: () => performance.now(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => undefined),
};

export interface OpenTargetOptions {
  readonly choice: TargetChoice;
  readonly replayId: string;
  readonly marked: boolean;
  /** Where Kinesis is. */
  readonly aws: AwsTarget;
  readonly region: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Stream that a function is told the records come from. */
  readonly streamArn: string;
}

/** Fails with one line when the target stream is not there. */
export async function openTarget(options: OpenTargetOptions): Promise<ReplayTarget> {
  const { choice, replayId, marked, aws, region, env, streamArn } = options;
  if (choice.kind === 'stream') {
    const { maxRecordBytes } = await findStream(choice.name, aws, '--to-stream');
    return streamTarget({ ...aws, streamName: choice.name, replayId, maxRecordBytes, marked });
  }
  const lambda = readServiceTarget('LAMBDA', region, env);
  const { invoke, close } = awsInvoke({ ...lambda, functionName: choice.name });
  const target = functionTarget({ streamArn, replayId, invoke, timer: WALL_TIMER });
  return { ...target, close: async () => close() };
}
