import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderEvent, renderEventEntry } from '../../../core/records/event.js';
import { recordBytes } from '../../../core/records/record-size.js';

const event = { id: 'a-1', time: '2026-01-01T00:00:00.000Z', type: 'reading', key: 'ä', payload: { value: '1.5' } };

test('renders an event as JSON, fields in their order', () => {
  const { payload, key, ...rest } = event;
  const text = Buffer.from(renderEvent({ payload, key, ...rest })).toString('utf8');
  expect(text).toBe(
    '{"id":"a-1","time":"2026-01-01T00:00:00.000Z","type":"reading","key":"ä","payload":{"value":"1.5"}}',
  );
});

test('renders nothing that is not of the event', () => {
  expect(JSON.parse(renderEvent({ ...event, secret: 1 } as typeof event).toString())).toEqual(event);
});

test('puts an event under its key', () => {
  expect(renderEventEntry(event)).toEqual({ data: renderEvent(event), partitionKey: 'ä' });
});

test('every JSON payload comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.dictionary(fc.string(), fc.jsonValue()), (key, payload) => {
      const given = { ...event, key, payload };
      const text = Buffer.from(renderEvent(given)).toString('utf8');
      expect(text).toBe(JSON.stringify(given));
    }),
  );
});

test.each([
  ['data and key together', Buffer.alloc(10), 'key', 13],
  ['the key by its UTF-8', Buffer.alloc(0), 'é鍵🚰', 9],
])('a record counts %s', (_rule, data, key, bytes) => {
  expect(recordBytes(data, key)).toBe(bytes);
});
