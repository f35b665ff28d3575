import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readFrames, renderFrame } from '../../../local/engine/durability/record-frame.js';
import { anEngine, putText, readShard, STREAM, textOf } from '../../support/an-engine.js';
import { aFolder } from '../../support/lab-client.js';

const SHARD = 'shardId-000000000000';

let folder: ReturnType<typeof aFolder>;
beforeEach(() => {
  folder = aFolder();
});
afterEach(() => folder.remove());

const durable = () => anEngine({ dataDir: folder.path });
const texts = async (engine: ReturnType<typeof durable>['engine']) => (await readShard(engine, SHARD)).map(textOf);

/** A file of records, the first unless told otherwise. */
function recordFile(at = 0): string {
  const [stream] = readdirSync(join(folder.path, 'records'));
  const file = readdirSync(join(folder.path, 'records', stream!)).sort()[at];
  return join(folder.path, 'records', stream!, file!);
}

test('a record is not there for readers before it is on disk', async () => {
  const { engine } = durable();
  const put = putText(engine, 'a');
  expect(engine.countAfter(STREAM, SHARD, undefined)).toBe(0);
  await put;
  expect(engine.countAfter(STREAM, SHARD, undefined)).toBe(1);
  await engine.close();
});

test('what a crash left half-written is cut off, and what follows is kept', async () => {
  const first = durable();
  await putText(first.engine, 'a');
  await putText(first.engine, 'b');
  await first.engine.close();
  const file = recordFile();
  const whole = readFileSync(file).length;
  appendFileSync(file, renderFrame('k', Buffer.from('never acknowledged'), 0).subarray(0, 20));
  appendFileSync(join(folder.path, 'state.ndjson'), '{"stream":{"name":"half');

  const second = durable();
  expect(readFileSync(file)).toHaveLength(whole);
  expect(await texts(second.engine)).toEqual(['a', 'b']);
  await putText(second.engine, 'c');
  await second.engine.close();
  const third = durable();
  expect(await texts(third.engine)).toEqual(['a', 'b', 'c']);
  expect(third.engine.accepted(STREAM)).toBe(3);
  await third.engine.close();
});

test('a damaged record ends its file', () => {
  const frames = ['a', 'b', 'c'].map((text) => renderFrame('key', Buffer.from(text), 7));
  frames[1]![frames[1]!.length - 1]! ^= 1;
  const read: string[] = [];
  expect(readFrames(Buffer.concat(frames), ({ data }) => read.push(data.toString()))).toBe(frames[0]!.length);
  expect(read).toEqual(['a']);
});

test('a stream that is deleted takes its records along', async () => {
  const { engine, clock } = durable();
  await putText(engine, 'a');
  await engine.DeleteStream({ StreamName: STREAM });
  await clock.advance(1_000);
  await engine.close();
  const again = anEngine({ dataDir: folder.path });
  expect(again.engine.accepted(STREAM)).toBe(0);
  await again.engine.close();
});

test('a journal that ends within a line loses that line only', async () => {
  const { engine } = durable();
  await putText(engine, 'a');
  await engine.close();
  const state = join(folder.path, 'state.ndjson');
  appendFileSync(state, '{"deleted":"readings"}\n');
  truncateSync(state, readFileSync(state).length - 3);
  const again = durable();
  expect(await texts(again.engine)).toEqual(['a']);
  await again.engine.close();
});

test.each([
  ['a line of the journal cannot be read', () => appendFileSync(join(folder.path, 'state.ndjson'), 'broken\n{}\n')],
  ['a file of records is missing between others', () => rmSync(recordFile(1))],
  ['a file of records before another is damaged', () => truncateSync(recordFile(), 10)],
])('fails when %s, and leaves everything as it is', async (_rule, damage) => {
  for (const text of ['a', 'b', 'c']) {
    const { engine } = durable();
    await putText(engine, text);
    await engine.close();
  }
  damage();
  const left = readdirSync(folder.path, { recursive: true });
  const size = statSync(recordFile()).size;
  expect(durable).toThrow(/cannot be read whole; restore it, or begin with another folder/);
  expect(readdirSync(folder.path, { recursive: true })).toEqual(left);
  expect(statSync(recordFile()).size).toBe(size);
});

/** Files of records that are there, by what they are called within their stream. */
function recordFiles(): string[] {
  const streams = readdirSync(join(folder.path, 'records'));
  return streams.flatMap((stream) => readdirSync(join(folder.path, 'records', stream))).sort();
}

const HOUR_MS = 3_600_000;
/** Until the next minute, when what has expired goes. */
const UPKEEP_MS = 60_000;

test('a file whose every record has expired is deleted, and the next engine goes on from the records that are left', async () => {
  const first = durable();
  await putText(first.engine, 'a');
  await first.engine.close();
  const second = durable();
  second.clock.jump(12 * HOUR_MS);
  await putText(second.engine, 'b');
  expect(recordFiles()).toHaveLength(2);
  second.clock.jump(12 * HOUR_MS);
  await second.clock.advance(UPKEEP_MS);
  const [left] = await readShard(second.engine, SHARD);
  await second.engine.close();
  expect(recordFiles()).toEqual([expect.stringMatching(/\.0*2$/)]);

  const third = anEngine({ dataDir: folder.path });
  third.clock.jump(24 * HOUR_MS);
  expect(await readShard(third.engine, SHARD)).toEqual([left]);
  expect(textOf(left!)).toBe('b');
  await third.engine.close();
});

test('the records of a closed shard go from the disk once the last of them has expired', async () => {
  const { engine, clock } = durable();
  await putText(engine, 'a');
  await engine.UpdateShardCount({ StreamName: STREAM, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' });
  await clock.advance(30_000);
  await putText(engine, 'b');
  expect(recordFiles()).toHaveLength(2);
  clock.jump(24 * HOUR_MS - UPKEEP_MS);
  await clock.advance(2 * UPKEEP_MS);
  await engine.close();
  expect(recordFiles().filter((name) => name.startsWith(SHARD))).toEqual([]);
});

test('the records of a deleted stream go from the disk while the engine runs', async () => {
  const { engine, clock } = durable();
  await putText(engine, 'a');
  await engine.DeleteStream({ StreamName: STREAM });
  await clock.advance(2 * UPKEEP_MS);
  await engine.close();
  expect(recordFiles()).toEqual([]);
});
