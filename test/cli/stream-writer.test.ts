import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createStreamWriter, type StreamWriter } from '../../cli/load/stream-writer.js';
import { createKinesisEngine, type KinesisEngine } from '../../local/engine/engine.js';
import { type KinesisEndpoint, listenKinesis } from '../../local/engine/http/listen.js';
import { ManualClock } from '../support/manual-clock.js';

const NEVER = new AbortController().signal;
const ENTRY = { data: Buffer.from('a record'), partitionKey: 'key' };
const { AWS_PROFILE } = process.env;

// Near the wall's time: the SDK takes any error of a server that is far from it for a skewed clock, and tries again.
const clock = new ManualClock(Date.now());
let engine: KinesisEngine;
let endpoint: KinesisEndpoint;
const writers: StreamWriter[] = [];

beforeEach(async () => {
  const identity = { accountId: '000000000000', region: 'us-east-1' };
  engine = createKinesisEngine({ clock, metrics: { put: () => undefined }, identity });
  engine.openStream({ StreamName: 'clicks', ShardCount: 1 });
  endpoint = await listenKinesis(engine, { clock, port: 0 });
});

afterEach(async () => {
  for (const writer of writers.splice(0)) writer.close();
  await endpoint.close();
  engine.close();
  if (AWS_PROFILE === undefined) delete process.env.AWS_PROFILE;
  else process.env.AWS_PROFILE = AWS_PROFILE;
});

function openWriter(streamName: string): StreamWriter {
  const writer = createStreamWriter({
    endpoint: endpoint.url,
    region: 'us-east-1',
    streamName,
    maxRecordBytes: 1_000_000,
    clock,
  });
  writers.push(writer);
  return writer;
}

test('puts with a profile in the environment that does not exist: the lab needs no account', async () => {
  process.env.AWS_PROFILE = 'no-such-profile';
  expect(await openWriter('clicks').put([ENTRY], NEVER)).toMatchObject([{ kind: 'put' }]);
});

test('fails when the stream cannot be put to at all, rather than reject the input', async () => {
  await expect(openWriter('gone').put([ENTRY], NEVER)).rejects.toThrow(
    "put records to 'gone' failed: ResourceNotFoundException: Stream gone under account 000000000000 not found.",
  );
});
