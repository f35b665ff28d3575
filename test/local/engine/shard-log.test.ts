import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { originOf, parseSequenceNumber, SequenceSpace } from '../../../local/engine/store/sequence-number.js';
import { ShardLog } from '../../../local/engine/store/shard-log.js';

const append = (log: ShardLog, key: string, data: Buffer, atMs: number) =>
  log.append(key, data, Buffer.byteLength(key) + data.length, atMs);

describe('the log of a shard', () => {
  test('gives back what was put, in order, across segments of every size', () => {
    const entry = fc.record({
      key: fc.string({ minLength: 1, maxLength: 20 }),
      bytes: fc.integer({ min: 0, max: 9_000 }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (entries, pageSize) => {
        const log = new ShardLog();
        for (const [i, { key, bytes }] of entries.entries()) append(log, key, Buffer.alloc(bytes, i), i);
        const read: { key: string; data: string; atMs: number }[] = [];
        for (let position = 0, more = true; more; ) {
          const page = log.read(position, pageSize, 1_000_000);
          for (const { partitionKey, data, arrivalMs } of page.records) {
            read.push({ key: partitionKey, data: data.toString('latin1'), atMs: arrivalMs });
          }
          more = page.next > position && page.records.length > 0;
          position = page.next;
        }
        const text = (i: number, bytes: number) => Buffer.alloc(bytes, i).toString('latin1');
        expect(read).toEqual(entries.map(({ key, bytes }, i) => ({ key, data: text(i, bytes), atMs: i })));
      }),
    );
  });

  test('stops a page before the byte that would be too many, but always gives one record', () => {
    const log = new ShardLog();
    for (let i = 0; i < 3; i += 1) append(log, 'k', Buffer.alloc(99), i);
    expect(log.read(1, 10, 250).records).toHaveLength(2);
    expect(log.read(1, 10, 50).records).toHaveLength(1);
    expect(log.read(1, 10, 300)).toMatchObject({ bytes: 300, next: 4 });
  });

  test('takes a record larger than any segment', () => {
    const log = new ShardLog();
    append(log, 'k', Buffer.alloc(10 * 1_048_576, 7), 0);
    append(log, 'k', Buffer.from('after'), 1);
    expect(log.read(1, 10, 20 * 1_048_576).records.map(({ data }) => data.length)).toEqual([10_485_760, 5]);
  });

  test('finds the first record of a time, and forgets those before a time', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 80 }), fc.nat(60), fc.nat(60), (gaps, askedMs, trimmedMs) => {
        const log = new ShardLog();
        const arrivals: number[] = [];
        for (const gap of gaps) arrivals.push((arrivals.at(-1) ?? 0) + (gap % 3));
        for (const atMs of arrivals) append(log, 'k', Buffer.alloc(900), atMs);
        log.trim(trimmedMs);
        const kept = arrivals.filter((atMs) => atMs >= trimmedMs);
        expect(log.read(0, 1_000, 1_000_000).records.map(({ arrivalMs }) => arrivalMs)).toEqual(kept);
        const from = log.positionAtTime(askedMs);
        expect(log.read(from, 1_000, 1_000_000).records.map(({ arrivalMs }) => arrivalMs)).toEqual(
          kept.filter((atMs) => atMs >= askedMs),
        );
        expect(log.nextPosition).toBe(arrivals.length + 1);
      }),
    );
  });
});

describe('sequence numbers', () => {
  const seconds = fc.integer({ min: 1_500_000_000, max: 2_500_000_000 });

  test('have 56 digits and tell the shard they came from', () => {
    fc.assert(
      fc.property(seconds, fc.nat(20_000), fc.nat(), (created, index, position) => {
        const space = new SequenceSpace(created, index);
        const text = String(space.at(position, created + 5));
        expect(text).toMatch(/^49\d{54}$/);
        expect(originOf(parseSequenceNumber(text)!)).toEqual({ createdSeconds: created, shardIndex: index });
        expect(space.positionOf(BigInt(text), Number.MAX_SAFE_INTEGER)).toBe(position);
      }),
    );
  });

  test('grow with the position whatever the time, between the first and the last of their shard', () => {
    fc.assert(
      fc.property(seconds, fc.nat(20_000), fc.nat(1_000_000), (created, index, position) => {
        const space = new SequenceSpace(created, index);
        expect(space.at(position + 1, created)).toBeGreaterThan(space.at(position, created + 1_000_000));
        expect(space.at(position + 1, created)).toBeGreaterThan(BigInt(space.first()));
        expect(BigInt(space.last(created))).toBeGreaterThan(space.at(position, created + 1_000_000));
      }),
    );
  });

  test('text that is no number is none', () => {
    expect(['', 'abc', '-1', '007', '1.5'].map(parseSequenceNumber)).toEqual(Array(5).fill(undefined));
  });
});
