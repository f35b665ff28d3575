import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Rejections } from '../../../cli/input/rejections.js';
import type { RowOutcome } from '../../../cli/input/to-event.js';
import { putRows } from '../../../cli/put/put-rows.js';
import type { Delivery, RecordSink } from '../../../cli/put/record-sink.js';
import { SpillFile } from '../../../cli/put/spill-file.js';
import { Tally } from '../../../cli/put/tally.js';
import { aFolder } from '../../support/lab-client.js';

let folder: ReturnType<typeof aFolder>;
beforeEach(() => {
  folder = aFolder();
});
afterEach(() => folder.remove());

function aRow(line: number): RowOutcome {
  return { kind: 'put', line, entry: { partitionKey: `key-${line}`, data: Buffer.from(`row ${line}`) } };
}

function failed(errorCode: string): Delivery {
  return { kind: 'failed', errorCode, message: 'as it is', attempts: 3 };
}

async function* rowsTo(count: number) {
  for (let line = 1; line <= count; line += 1) yield aRow(line);
}

function aSink(deliver: (line: number) => Delivery): RecordSink {
  return {
    put: async ({ partitionKey }) => deliver(Number(partitionKey.slice('key-'.length))),
    ready: async () => undefined,
    flush: async () => undefined,
    close: async () => undefined,
  };
}

async function run(rows: AsyncIterable<RowOutcome>, sink: RecordSink, spillPath: string, signal?: AbortSignal) {
  const told: string[] = [];
  const tally = new Tally();
  const spill = new SpillFile(spillPath);
  const early = await putRows({
    ...{ rows, sink, tally, spill, rejections: new Rejections('in', (line) => told.push(line)) },
    pace: async () => undefined,
    signal: signal ?? new AbortController().signal,
  });
  await spill.close();
  return { early, told, totals: tally.totals };
}

test('a record that the stream refuses is rejected with its line; one that fails is kept; the rest goes on', async () => {
  const spill = join(folder.path, 'spill');
  const outcomes: Record<number, Delivery> = {
    2: failed('InvalidArgumentException'),
    3: failed('ProvisionedThroughputExceededException'),
  };
  const { early, told, totals } = await run(
    rowsTo(5),
    aSink((line) => outcomes[line] ?? { kind: 'put' }),
    spill,
  );
  expect(early).toBeUndefined();
  expect(totals).toEqual({ produced: 5, put: 3, rejected: 1, failed: 0, spilled: 1 });
  expect(told).toEqual(['rejected in:2: the stream refused the record: InvalidArgumentException: as it is']);
  expect(JSON.parse(readFileSync(spill, 'utf8'))).toEqual({
    partitionKey: 'key-3',
    errorCode: 'ProvisionedThroughputExceededException',
    message: 'as it is',
    data: Buffer.from('row 3').toString('base64'),
  });
});

test('what would befall every further record ends the reading; everything read is accounted for', async () => {
  const sink = aSink((line) => (line < 3 ? { kind: 'put' } : failed('AccessDeniedException')));
  const { early, totals } = await run(rowsTo(1_000), sink, join(folder.path, 'spill'));
  expect(early?.fault?.errorCode).toBe('AccessDeniedException');
  expect(totals.put).toBe(2);
  expect(totals.produced).toBe(early?.lastLine);
  expect(totals.produced).toBeLessThan(20);
  expect(totals.put + totals.spilled).toBe(totals.produced);
});

test('what cannot be kept either counts as failed', async () => {
  const { totals } = await run(
    rowsTo(2),
    aSink(() => failed('KMSThrottlingException')),
    folder.path,
  );
  expect(totals).toEqual({ produced: 2, put: 0, rejected: 0, failed: 2, spilled: 0 });
});

test('no spill file is made when there is nothing to keep', async () => {
  await run(
    rowsTo(2),
    aSink(() => ({ kind: 'put' })),
    join(folder.path, 'spill'),
  );
  expect(existsSync(join(folder.path, 'spill'))).toBe(false);
});

test('a signal ends it while the input is silent, and what is under way settles first', async () => {
  const stop = new AbortController();
  let release: ((delivery: Delivery) => void) | undefined;
  const inFlight = new Promise<Delivery>((resolve) => {
    release = resolve;
  });
  async function* silent() {
    yield aRow(1);
    setTimeout(() => stop.abort(new Error('stopped')), 5);
    await new Promise(() => undefined);
  }
  const sink: RecordSink = {
    ...aSink(() => ({ kind: 'put' })),
    put: () => inFlight,
    flush: async () => release?.({ kind: 'put' }),
  };
  const { early, totals } = await run(silent(), sink, join(folder.path, 'spill'), stop.signal);
  expect(early).toEqual({ lastLine: 1, fault: undefined });
  expect(totals).toEqual({ produced: 1, put: 1, rejected: 0, failed: 0, spilled: 0 });
});

test('waits where the producer is full', async () => {
  let free = 2;
  let waits = 0;
  const sink: RecordSink = {
    ...aSink(() => ({ kind: 'put' })),
    ready: async () => {
      free -= 1;
      if (free > 0) return;
      waits += 1;
      await new Promise((resolve) => setTimeout(resolve, 1));
      free = 2;
    },
  };
  await run(rowsTo(6), sink, join(folder.path, 'spill'));
  expect(waits).toBe(3);
});
