import { expect, test } from '@jest/globals';
import { Acknowledged } from '../../../cli/follow/acknowledged.js';
import type { FilePosition } from '../../../cli/follow/file-position.js';
import { putTail } from '../../../cli/follow/put-tail.js';
import { Rejections } from '../../../cli/input/rejections.js';
import type { Delivery, RecordSink } from '../../../cli/put/record-sink.js';
import { Tally } from '../../../cli/put/tally.js';

const PUT: Delivery = { kind: 'put' };

function failed(errorCode: string): Delivery {
  return { kind: 'failed', errorCode, message: 'as it is', attempts: 1 };
}

function aPlace(offset: number): FilePosition {
  return { device: '1', inode: '2', generation: 'g', offset, line: offset, head: { bytes: 0, sha256: '' } };
}

/** Puts lines 1 to `count`; `deliver` says what becomes of each, every time it is put. */
function put(
  count: number,
  deliver: (line: number) => Delivery | Promise<Delivery>,
  signal = new AbortController().signal,
) {
  const read: number[] = [];
  const told: string[] = [];
  const acknowledged = new Acknowledged<() => FilePosition>();
  const tally = new Tally();
  async function* lines() {
    for (let n = 1; n <= count && !signal.aborted; n += 1) {
      read.push(n);
      const line = { kind: 'line', number: n, startOffset: n - 1, endOffset: n, text: `${n}`, end: '\n' } as const;
      yield { line, position: () => aPlace(n) };
    }
  }
  const sink: RecordSink = {
    put: async ({ data }) => deliver(Number(Buffer.from(data).toString())),
    ready: async () => undefined,
    flush: async () => undefined,
    close: async () => undefined,
  };
  const ended = putTail({
    ...{ lines: lines(), sink, acknowledged, tally, signal },
    toRecord: (line) =>
      line.kind === 'line' && line.text !== '0'
        ? { kind: 'put', line: line.number, entry: { partitionKey: 'k', data: Buffer.from(line.text) } }
        : undefined,
    rejections: new Rejections('log', (text) => told.push(text)),
    onFile: async () => undefined,
    tell: (text) => told.push(text),
    pace: async () => undefined,
  });
  return { ended, read, told, tally, place: () => acknowledged.place?.().offset };
}

test('the place to go on from stays before the first line that is not acknowledged', async () => {
  let settle: ((delivery: Delivery) => void) | undefined;
  const slow = new Promise<Delivery>((resolve) => {
    settle = resolve;
  });
  const run = put(5, (line) => (line === 3 ? slow : PUT));
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(run.read).toEqual([1, 2, 3, 4, 5]);
  expect(run.place()).toBe(2);
  settle!(PUT);
  await run.ended;
  expect(run.place()).toBe(5);
});

test('what the stream does not take is put until it does, and no further line is read meanwhile', async () => {
  let tries = 0;
  const run = put(100, (line) => {
    if (line !== 2) return PUT;
    tries += 1;
    if (tries === 2) expect(run.read.length).toBeLessThan(10);
    return tries < 3 ? failed('AccessDeniedException') : PUT;
  });
  await run.ended;
  expect(tries).toBe(3);
  expect(run.told).toEqual([
    'the stream takes nothing, trying on: AccessDeniedException: as it is',
    'the stream takes records again',
  ]);
  expect(run.tally.totals).toEqual({ produced: 100, put: 100, rejected: 0, failed: 0, spilled: 0 });
  expect(run.place()).toBe(100);
});

test('a line that the stream refuses for good is told and left behind', async () => {
  const run = put(3, (line) => (line === 2 ? failed('InvalidArgumentException') : PUT));
  await run.ended;
  expect(run.told).toEqual(['rejected log:2: the stream refused the record: InvalidArgumentException: as it is']);
  expect(run.tally.totals).toEqual({ produced: 3, put: 2, rejected: 1, failed: 0, spilled: 0 });
  expect(run.place()).toBe(3);
});

test('a stop leaves what is not acknowledged to the next run, and says so', async () => {
  const stop = new AbortController();
  const run = put(
    5,
    (line) => {
      if (line < 3) return PUT;
      stop.abort();
      return failed('Aborted');
    },
    stop.signal,
  );
  await run.ended;
  expect(run.place()).toBe(2);
  expect(run.told).toEqual([]);
  const { produced, put: delivered, failed: left } = run.tally.totals;
  expect([delivered, left]).toEqual([2, produced - 2]);
});
