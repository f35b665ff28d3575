// The replay function's ports on AWS. The SDK stops here.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { DescribeStreamSummaryCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { RECORD_DEFAULT_MAX_KIB } from '../../core/limits.js';
import { functionTarget } from '../../runtime/replay/function-target.js';
import { awsInvoke } from '../../runtime/replay/invoke-aws.js';
import type { ReplayTarget, ReplayTimer } from '../../runtime/replay/ports.js';
import { awsReplayReader } from '../../runtime/replay/ports-aws.js';
import { streamTarget } from '../../runtime/replay/stream-target.js';
import { keepAliveHandler } from '../../runtime/transport/keep-alive-handler.js';
import { STATE_PREFIX } from './contract.js';
import type { ReplaySettings } from './env.js';
import type { ReplayState, ReplayStepPorts } from './replay-step.js';

const TIMER: ReplayTimer = {
  nowMs: () => performance.now(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => undefined),
};

export function replayPorts(settings: ReplaySettings): Omit<ReplayStepPorts, 'telemetry'> {
  const { streamName, streamArn, target, stateBucket: Bucket } = settings;
  const s3 = new S3Client({ requestHandler: keepAliveHandler(), forcePathStyle: true });
  const keyOf = (name: string) => `${STATE_PREFIX}${name}.json`;
  return {
    reader: awsReplayReader({ streamName }),
    timer: TIMER,
    newId: randomUUID,
    async readState(name) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: keyOf(name) }));
        return JSON.parse((await Body?.transformToString('utf8')) ?? 'null') as ReplayState;
      } catch (error) {
        if ((error as Error).name === 'NoSuchKey') return undefined;
        throw error;
      }
    },
    async writeState(name, state) {
      await s3.send(new PutObjectCommand({ Bucket, Key: keyOf(name), Body: JSON.stringify(state) }));
    },
    openTarget: (replayId, marked) =>
      target.kind === 'stream'
        ? openStream(target.name, replayId, marked)
        : openFunction(target.name, replayId, streamArn),
  };
}

async function openStream(streamName: string, replayId: string, marked: boolean): Promise<ReplayTarget> {
  const client = new KinesisClient({ requestHandler: keepAliveHandler(1) });
  try {
    const { StreamDescriptionSummary } = await client.send(
      new DescribeStreamSummaryCommand({ StreamName: streamName }),
    );
    const kib = StreamDescriptionSummary?.MaxRecordSizeInKiB ?? RECORD_DEFAULT_MAX_KIB;
    return streamTarget({ streamName, replayId, marked, maxRecordBytes: kib * 1_024 });
  } finally {
    client.destroy();
  }
}

async function openFunction(functionName: string, replayId: string, streamArn: string): Promise<ReplayTarget> {
  const { invoke, close } = awsInvoke({ functionName });
  return { ...functionTarget({ streamArn, replayId, invoke, timer: TIMER }), close: async () => close() };
}
