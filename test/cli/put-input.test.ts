import { expect, test } from '@jest/globals';
import type { InputRow } from '../../cli/input/input-row.js';
import { Rejections } from '../../cli/input/rejections.js';
import { putInput } from '../../cli/load/put-input.js';
import type { PutEntry } from '../../core/batching/check-put-entry.js';

const UNLIMITED = { recordsPerSecond: Number.POSITIVE_INFINITY, bytesPerSecond: Number.POSITIVE_INFINITY };

function aRow(row: number): InputRow {
  return { kind: 'payload', row, line: row, payload: { value: row } };
}

/** Puts the rows; `seen` is told of each batch. */
function put(rows: AsyncIterable<InputRow>, seen: (batch: readonly PutEntry[]) => void): Promise<void> {
  return putInput({
    rows,
    rules: { source: 'app', keyField: undefined, maxRecordBytes: 1_000 },
    clock: { nowMs: () => 0, sleep: async () => undefined, hold: (work) => work() },
    writer: {
      put: async (batch) => {
        seen(batch);
        return batch.map(() => ({ kind: 'put', shardId: 's', sequenceNumber: '1', attempts: 1 }));
      },
      close: () => undefined,
    },
    rejections: new Rejections('app', () => undefined),
    limits: () => UNLIMITED,
    signal: new AbortController().signal,
  });
}

test('rows of a pipe that goes quiet are put while it is still open', async () => {
  let tell: (() => void) | undefined;
  const wasPut = new Promise<void>((resolve) => {
    tell = resolve;
  });
  async function* rows() {
    yield aRow(1);
    yield aRow(2);
    await wasPut;
    yield aRow(3);
  }
  const batches: number[] = [];
  await put(rows(), (batch) => {
    batches.push(batch.length);
    tell?.();
  });
  expect(batches).toEqual([2, 1]);
});

test('rows that are there at once go together', async () => {
  async function* rows() {
    for (let row = 1; row <= 600; row += 1) yield aRow(row);
  }
  const batches: number[] = [];
  await put(rows(), (batch) => batches.push(batch.length));
  expect(batches).toEqual([500, 100]);
});
