// What decodes is held against protobufjs, which reads the same schema, and against bytes of any kind.
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { encodeAggregated } from '../../../../core/records/aggregated/aggregate-builder.js';
import { decodeRecord } from '../../../../core/records/aggregated/decode-record.js';
import type { UserRecord } from '../../../../core/records/aggregated/user-record.js';
import { anyUserRecord, comparable } from '../../../support/a-user-record.js';

const AggregatedRecord = protobuf
  .parse(
    `syntax = "proto2";
     message AggregatedRecord {
       repeated string partition_key_table = 1;
       repeated string explicit_hash_key_table = 2;
       repeated Record records = 3;
     }
     message Tag { required string key = 1; optional string value = 2; }
     message Record {
       required uint64 partition_key_index = 1;
       optional uint64 explicit_hash_key_index = 2;
       required bytes data = 3;
       repeated Tag tags = 4;
     }`,
    { keepCase: true },
  )
  .root.lookupType('AggregatedRecord');

const groups = fc.array(anyUserRecord, { minLength: 1, maxLength: 20 });

test('protobufjs reads the same user records out of what is encoded', () => {
  fc.assert(
    fc.property(groups, (records) => {
      const aggregated = encodeAggregated(records);
      expect(readByProtobufjs(aggregated.subarray(4, -16))).toEqual(records.map(comparable));
    }),
  );
});

test('encodes to the bytes that protobufjs does, tables first and each key once', () => {
  fc.assert(
    fc.property(groups, (records) => {
      const keys = [...new Set(records.map(({ partitionKey }) => partitionKey))];
      const hashKeys = [...new Set(records.flatMap(({ explicitHashKey }) => explicitHashKey ?? []))];
      const message = AggregatedRecord.encode({
        partition_key_table: keys,
        explicit_hash_key_table: hashKeys,
        records: records.map(({ partitionKey, explicitHashKey, data, tags }) => ({
          partition_key_index: keys.indexOf(partitionKey),
          ...(explicitHashKey === undefined ? {} : { explicit_hash_key_index: hashKeys.indexOf(explicitHashKey) }),
          data,
          tags,
        })),
      }).finish();
      expect(hex(encodeAggregated(records).subarray(4, -16))).toBe(hex(message));
    }),
  );
});

test('a message that is damaged in any way is plain, or gives records and a count of those that are lost', () => {
  fc.assert(
    fc.property(
      groups,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      (records, damages) => {
        const message = Buffer.from(encodeAggregated(records).subarray(4, -16));
        for (const [at, byte] of damages) message[at % message.length] = byte;
        const decoded = decodeRecord(aggregate(message));
        if (decoded.kind === 'plain') return;
        // Each record takes six bytes at least: what is read stays within what was given.
        expect(decoded.records.length + decoded.lost).toBeLessThanOrEqual(message.length / 6);
        for (const { data } of decoded.records) expect(data.length).toBeLessThanOrEqual(message.length);
      },
    ),
    { numRuns: 500 },
  );
});

test('what protobufjs reads out of any bytes, is read out of them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0x0a, 0x12, 0x1a, 0x08, 0x10, 0x22, 0, 1, 2, 3, 4, 0x80, 0xff), {
        minLength: 1,
        maxLength: 40,
      }),
      (bytes) => {
        const decoded = decodeRecord(aggregate(Buffer.from(bytes)));
        let expected: unknown[] | undefined;
        try {
          expected = readByProtobufjs(Buffer.from(bytes));
        } catch {
          return;
        }
        expect(decoded.kind).toBe('aggregated');
        if (decoded.kind === 'aggregated' && decoded.lost === 0)
          expect(decoded.records.map(comparable)).toEqual(expected);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('bytes that nothing was encoded to are plain', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, magic) => {
      const data = magic ? Buffer.concat([Buffer.from('f3899ac2', 'hex'), bytes]) : bytes;
      expect(decodeRecord(data)).toEqual({ kind: 'plain' });
    }),
  );
});

/** What protobufjs reads of a message; throws where it holds it for none. */
function readByProtobufjs(message: Uint8Array): ReturnType<typeof comparable>[] {
  const { partition_key_table, explicit_hash_key_table, records } = AggregatedRecord.decode(message) as unknown as {
    partition_key_table: string[];
    explicit_hash_key_table: string[];
    records: {
      partition_key_index: protobuf.Long;
      explicit_hash_key_index: protobuf.Long;
      data: Uint8Array;
      tags: { key: string; value?: string }[];
    }[];
  };
  return records.map((record) => {
    const hasHashKey = Object.hasOwn(record, 'explicit_hash_key_index');
    return comparable({
      partitionKey: partition_key_table[Number(record.partition_key_index)]!,
      explicitHashKey: hasHashKey ? explicit_hash_key_table[Number(record.explicit_hash_key_index)] : undefined,
      data: record.data,
      tags:
        record.tags.length === 0
          ? undefined
          : record.tags.map((tag) => ({ key: tag.key, value: Object.hasOwn(tag, 'value') ? tag.value : undefined })),
    } as UserRecord);
  });
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function aggregate(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), message, createHash('md5').update(message).digest()]);
}
