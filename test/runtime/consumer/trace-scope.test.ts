import { expect, test } from '@jest/globals';
import { asyncLocalTrace, TRACE_TAG } from '../../../runtime/consumer/index.js';
import { aConsumer } from '../../support/a-consumer.js';
import { anAggregate, aPlain } from '../../support/aggregated-records.js';

const parent = (digit: string) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`;

test('the trace context of each record is there throughout its effect, and nowhere else', async () => {
  const trace = asyncLocalTrace();
  const seen: unknown[] = [];
  const handle = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(trace.current());
  };
  const { consumer } = aConsumer({ trace, handle, concurrency: 9 });
  const text = (traceparent?: unknown) => JSON.stringify({ traceparent });
  await consumer({
    Records: [
      anAggregate(1, [
        { key: 'a', text: text(), tags: [{ key: TRACE_TAG, value: parent('a') }] },
        { key: 'b', text: text(parent('b')) },
        { key: 'c', text: text(parent('c')), tags: [{ key: TRACE_TAG, value: parent('d') }] },
        { key: 'd', text: 'null' },
      ]),
      aPlain(2, { key: 'e', text: text(parent('e')) }),
      aPlain(3, { key: 'f', text: text('00-no-trace') }),
      aPlain(4, { key: 'g', text: text(parent('0')) }),
      aPlain(5, { key: 'h', text: text(7) }),
    ],
  });
  expect(seen).toEqual([
    parent('a'),
    parent('b'),
    parent('d'),
    undefined,
    parent('e'),
    undefined,
    undefined,
    undefined,
  ]);
  expect(trace.current()).toBeUndefined();
});
