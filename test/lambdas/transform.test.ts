import { expect, test } from '@jest/globals';
import { type TransformLog, transform } from '../../lambdas/transform/transform.js';
import { anEvent } from '../support/kinesis-batch.js';
import { recordedTelemetry } from '../support/recorded-telemetry.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const batch = (...data: string[]) => ({ records: data.map((text, i) => ({ recordId: `r${i}`, data: base64(text) })) });

function run(texts: readonly string[], maxReplyBytes?: number) {
  const telemetry = recordedTelemetry<TransformLog>();
  return { telemetry, reply: transform({ telemetry }, batch(...texts), maxReplyBytes) };
}

test('an event becomes one line of JSON, its values as they were written', () => {
  const text = `{ "id":"1",\n "time":"2026-11-21T00:00:00Z", "type":"t", "key":"k", "payload":{ "n": 12345678901234567890 }, "more":1 }`;
  const [record] = run([text]).reply.records;
  expect(record).toMatchObject({ recordId: 'r0', result: 'Ok' });
  expect(Buffer.from(record!.data, 'base64').toString()).toBe(
    `{"id":"1","time":"2026-11-21T00:00:00Z","type":"t","key":"k","payload":{"n":12345678901234567890},"more":1}\n`,
  );
});

test('what is no event fails alone and keeps its bytes', () => {
  const { reply, telemetry } = run([JSON.stringify(anEvent()), 'hello', JSON.stringify(anEvent())]);
  expect(reply.records.map(({ recordId, result }) => [recordId, result])).toEqual([
    ['r0', 'Ok'],
    ['r1', 'ProcessingFailed'],
    ['r2', 'Ok'],
  ]);
  expect(reply.records[1]!.data).toBe(base64('hello'));
  expect(telemetry.measured).toEqual([{ RecordsProcessed: 2, RecordsFailed: 1 }]);
  expect(telemetry.events).toEqual([{ type: 'transform.refused', level: 'warn', records: 1 }]);
});

test('a reply stays within the limit, and what does not fit is failed, not lost', () => {
  const event = JSON.stringify(anEvent({ payload: { text: 'x'.repeat(500) } }));
  const { reply, telemetry } = run([event, event, event, event], 2_000);
  expect(Buffer.byteLength(JSON.stringify(reply))).toBeLessThanOrEqual(2_000);
  expect(reply.records.map(({ recordId }) => recordId)).toEqual(['r0', 'r1', 'r2', 'r3']);
  expect(reply.records.map(({ result }) => result)).toContain('Ok');
  expect(reply.records.filter(({ result }) => result !== 'Ok').length).toBeGreaterThan(0);
  expect(telemetry.events).toMatchObject([{ type: 'transform.overflowed', level: 'error' }]);
});

test('a reply that just fits is not cut', () => {
  const event = JSON.stringify(anEvent());
  const size = Buffer.byteLength(JSON.stringify(run([event, event]).reply));
  expect(run([event, event], size + 2).reply.records.every(({ result }) => result === 'Ok')).toBe(true);
});

test('an empty batch measures zeros', () => {
  expect(run([]).telemetry.measured).toEqual([{ RecordsProcessed: 0, RecordsFailed: 0 }]);
});
