import { describe, expect, test } from '@jest/globals';
import { createWindowConsumer, type KinesisWindowBatch, type WindowOptions } from '../../../runtime/consumer/index.js';
import { down, numbered, plainBatch } from '../../support/a-consumer.js';
import { anAggregate } from '../../support/aggregated-records.js';
import { keptFailures } from '../../support/kept-failures.js';
import { SHARD, sequenceNumber } from '../../support/kinesis-batch.js';

interface Seen {
  readonly numbers: number[];
  bytes: number;
}

/** A window that keeps the numbers it has seen, each as large as the test says. */
function aWindow(changes: Partial<WindowOptions<undefined, 'json', Seen>> = {}, bytesEach = 10) {
  const written: number[][] = [];
  const { put, failures } = keptFailures();
  const consume = createWindowConsumer<Seen>({
    functionName: 'f',
    failureStore: put,
    open: (stored) => {
      const { numbers = [] } = stored as { numbers?: number[] };
      return { numbers: [...numbers], bytes: numbers.length * bytesEach };
    },
    add: (state, record) => {
      state.numbers.push(record as number);
      state.bytes += bytesEach;
    },
    bytes: ({ bytes }) => bytes,
    store: ({ numbers }) => ({ numbers }),
    write: async ({ numbers }) => void written.push(numbers),
    ...changes,
  });
  return { consume, written, failures };
}

const inWindow = ({ Records }: Pick<KinesisWindowBatch, 'Records'>, changes: Partial<KinesisWindowBatch> = {}) => ({
  Records,
  window: { start: '2026-11-21T00:00:00Z', end: '2026-11-21T00:01:00Z' },
  state: {},
  shardId: SHARD,
  ...changes,
});
const FINAL = { isFinalInvokeForWindow: true };

test('hands its state on and writes it when the window ends', async () => {
  const { consume, written } = aWindow();
  const { state } = await consume(inWindow(plainBatch(['1', '2'])));
  expect([state, written]).toEqual([{ numbers: [1, 2] }, []]);
  expect(await consume(inWindow({ Records: [] }, { state, ...FINAL }))).toEqual({ batchItemFailures: [], state: {} });
  expect(written).toEqual([[1, 2]]);
});

test('writes a state before it outgrows 1 MB, and never returns a larger one', async () => {
  const { consume, written } = aWindow({}, 500 * 1_024);
  const { state } = await consume(inWindow(plainBatch(['1', '2', '3', '4', '5'])));
  expect([written, state]).toEqual([
    [
      [1, 2],
      [3, 4],
    ],
    { numbers: [5] },
  ]);
  const huge = aWindow({}, 2_000 * 1_024);
  expect((await huge.consume(inWindow(plainBatch(['1'])))).state).toEqual({});
  expect(huge.written).toEqual([[1]]);
});

test('writes what there is when every record of the last batch is unusable', async () => {
  const { consume, written, failures } = aWindow();
  const reply = await consume(inWindow(plainBatch(['x', 'y']), { state: { numbers: [7] }, ...FINAL }));
  expect([reply, written, failures.flat().length]).toEqual([{ batchItemFailures: [], state: {} }, [[7]], 2]);
});

describe('when a write fails', () => {
  test('the last batch comes again as a whole, with the state it came with', async () => {
    const { consume } = aWindow({ write: down });
    const reply = await consume(inWindow(plainBatch(['1', '2']), { state: { numbers: [7] }, ...FINAL }));
    expect(reply).toEqual({
      batchItemFailures: [{ itemIdentifier: sequenceNumber(1) }],
      state: { numbers: [7] },
    });
  });

  test('a part stops at its record of the stream, none of which is in the state', async () => {
    const { consume } = aWindow({ write: down }, 500 * 1_024);
    const Records = [
      ...plainBatch(['1']).Records,
      anAggregate(
        2,
        [2, 3, 4].map((n) => numbered(n)),
      ),
    ];
    expect(await consume(inWindow({ Records }))).toEqual({
      batchItemFailures: [{ itemIdentifier: sequenceNumber(2) }],
      state: { numbers: [1] },
    });
  });
});
