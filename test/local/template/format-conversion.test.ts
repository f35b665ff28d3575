import { rmSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import { readAssembly } from '../../../local/template/assembly.js';
import { interpretStack } from '../../../local/template/interpret-stack.js';
import { anAssembly } from '../../support/an-assembly.js';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A stack with a delivery that converts, into the table `events` of the catalog. */
function interpret(conversion: object = {}, destination: object = {}, columnType = 'double') {
  const StorageDescriptor = { Columns: [{ Name: 'price', Type: columnType }], Location: 's3://files/' };
  const dir = anAssembly({
    Resources: {
      Events: { Type: 'AWS::Kinesis::Stream', Properties: { ShardCount: 1 } },
      Files: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'files' } },
      Lake: { Type: 'AWS::Glue::Database', Properties: { CatalogId: '1', DatabaseInput: { Name: 'lake' } } },
      Table: {
        Type: 'AWS::Glue::Table',
        Properties: {
          CatalogId: '1',
          DatabaseName: { Ref: 'Lake' },
          TableInput: { Name: 'events', StorageDescriptor },
        },
      },
      Delivery: {
        Type: 'AWS::KinesisFirehose::DeliveryStream',
        Properties: {
          DeliveryStreamType: 'KinesisStreamAsSource',
          KinesisStreamSourceConfiguration: { KinesisStreamARN: { 'Fn::GetAtt': ['Events', 'Arn'] }, RoleARN: 'arn:r' },
          ExtendedS3DestinationConfiguration: {
            BucketARN: 'arn:aws:s3:::files',
            RoleARN: 'arn:r',
            DataFormatConversionConfiguration: {
              Enabled: true,
              InputFormatConfiguration: {
                Deserializer: { OpenXJsonSerDe: { ColumnToJsonKeyMappings: { price: 'p' } } },
              },
              OutputFormatConfiguration: { Serializer: { ParquetSerDe: { Compression: 'UNCOMPRESSED' } } },
              SchemaConfiguration: { DatabaseName: { Ref: 'Lake' }, TableName: { Ref: 'Table' }, RoleARN: 'arn:r' },
              ...conversion,
            },
            ...destination,
          },
        },
      },
    },
  });
  folders.push(dir);
  return interpretStack(readAssembly(dir), 'Demo');
}

test('a delivery that converts names its table and how its columns are found', () => {
  const { deliveries, catalogTables } = interpret();
  expect(deliveries[0]).toMatchObject({
    bufferBytes: 128 * 1_048_576,
    conversion: {
      ...{ databaseName: 'lake', tableName: 'events', codec: 'UNCOMPRESSED', caseInsensitive: true },
      keyOf: { price: 'p' },
    },
  });
  expect(catalogTables).toMatchObject([
    { databaseName: 'lake', tableName: 'events', columns: [{ name: 'price', kind: 'DOUBLE' }] },
  ]);
});

test('a conversion that is not enabled is none', () => {
  expect(interpret({ Enabled: false }).deliveries[0]!.conversion).toBeUndefined();
});

test.each([
  ['a format', () => interpret({ OutputFormatConfiguration: { Serializer: { OrcSerDe: {} } } }), 'OrcSerDe'],
  [
    'a table of elsewhere',
    () => interpret({ SchemaConfiguration: { DatabaseName: 'lake', TableName: 'other' } }),
    "table of the catalog 'lake.other' is not in this stack [Delivery]",
  ],
  ['a column type', () => interpret({}, {}, 'array<int>'), "column 'price' has the type 'array<int>'"],
  [
    'a small buffer',
    () => interpret({}, { BufferingHints: { SizeInMBs: 5 } }),
    'a delivery that converts must buffer at least 64 MiB, got 5 [Delivery]',
  ],
  ['a second compression', () => interpret({}, { CompressionFormat: 'GZIP' }), "'UNCOMPRESSED', got 'GZIP'"],
])('fails when a conversion has %s that cannot be', (_what, read, message) => {
  expect(read).toThrow(message);
});
