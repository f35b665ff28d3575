import { parsePartitionKeys } from '../../delivery/partition-keys.js';
import { parseErrorPrefix, parsePrefix } from '../../delivery/prefix-expression.js';
import { sourceActorArn } from '../access-model.js';
import type { DeliveryModel } from '../model.js';
import { each, inert, nested, only, run } from '../property-rules.js';
import { flagOf, listOf, numberOf, objectOf, type Properties, textOf } from '../property-values.js';
import { identity, labArn, type ResourceType } from '../resource-type.js';

const MEBIBYTE = 1_048_576;

/** Defaults of the extended S3 destination. */
const DEFAULT_BUFFER_MIB = 5;
const DEFAULT_BUFFER_SECONDS = 300;

/** Default and smallest buffer of a delivery that converts formats. */
const CONVERSION_BUFFER_MIB = 128;
const CONVERSION_BUFFER_MIN_MIB = 64;

/** Defaults of a Lambda processor. */
const DEFAULT_TRANSFORM_BUFFER_MIB = 1;
const DEFAULT_TRANSFORM_BUFFER_SECONDS = 60;
const DEFAULT_TRANSFORM_RETRIES = 3;

const deliveryStream: ResourceType = {
  type: 'AWS::KinesisFirehose::DeliveryStream',
  nameProperty: 'DeliveryStreamName',
  nameLength: 64,
  arn: ({ name }) => labArn('firehose', `deliverystream/${name}`),
  rules: {
    DeliveryStreamName: run,
    DeliveryStreamType: only('KinesisStreamAsSource'),
    KinesisStreamSourceConfiguration: nested({ KinesisStreamARN: run, RoleARN: run }),
    Tags: inert('nothing in the lab reads tags of a delivery'),
    ExtendedS3DestinationConfiguration: nested({
      ...each(run, 'BucketARN', 'Prefix', 'ErrorOutputPrefix', 'FileExtension'),
      BufferingHints: nested(each(run, 'IntervalInSeconds', 'SizeInMBs')),
      CompressionFormat: only('UNCOMPRESSED', 'GZIP'),
      CustomTimeZone: only('UTC'),
      DynamicPartitioningConfiguration: nested({
        Enabled: run,
        RetryOptions: inert('a partition is made in memory and does not fail'),
      }),
      DataFormatConversionConfiguration: nested({
        Enabled: run,
        InputFormatConfiguration: nested({
          Deserializer: nested({
            OpenXJsonSerDe: nested({
              ...each(run, 'CaseInsensitive', 'ColumnToJsonKeyMappings'),
              ConvertDotsInJsonKeysToUnderscores: only(false, 'false'),
            }),
          }),
        }),
        OutputFormatConfiguration: nested({
          Serializer: nested({
            ParquetSerDe: nested({
              Compression: only('SNAPPY', 'UNCOMPRESSED'),
              ...each(inert('it changes the layout of a file only'), 'BlockSizeBytes', 'PageSizeBytes'),
              ...each(inert('it changes the layout of a file only'), 'EnableDictionaryCompression', 'WriterVersion'),
              MaxPaddingBytes: inert('it changes the layout of a file only'),
            }),
          }),
        }),
        SchemaConfiguration: nested({
          ...each(run, 'DatabaseName', 'TableName'),
          ...each(inert('the table is read from the template'), 'CatalogId', 'Region', 'RoleARN'),
          VersionId: only('LATEST'),
        }),
      }),
      ProcessingConfiguration: nested({
        Enabled: run,
        Processors: nested({
          Type: only('Lambda', 'MetadataExtraction', 'AppendDelimiterToRecord'),
          Parameters: nested({
            ParameterName: only(
              ...['LambdaArn', 'NumberOfRetries', 'BufferSizeInMBs', 'BufferIntervalInSeconds', 'RoleArn'],
              ...['MetadataExtractionQuery', 'JsonParsingEngine', 'Delimiter'],
            ),
            ParameterValue: run,
          }),
        }),
      }),
      CloudWatchLoggingOptions: inert('what cannot be delivered is kept under the error prefix'),
      EncryptionConfiguration: inert('objects are plain files in the lab'),
      RoleARN: run,
      S3BackupMode: only('Disabled'),
    }),
  },
  add(draft, resource) {
    const source = objectOf(resource.properties.KinesisStreamSourceConfiguration).KinesisStreamARN;
    const destination = resource.properties.ExtendedS3DestinationConfiguration;
    if (source === undefined || destination === undefined) {
      throw new Error('a delivery must read a stream and write to S3 in the lab');
    }
    const { path, arn } = resource;
    const roles = { [arn]: destination, [sourceActorArn(arn)]: resource.properties.KinesisStreamSourceConfiguration };
    for (const [actorArn, holder] of Object.entries(roles)) {
      const { RoleARN } = objectOf(holder);
      if (RoleARN !== undefined) draft.access.actors.push({ path, arn: actorArn, roleArn: String(RoleARN) });
    }
    const model = { ...identity(resource), streamArn: String(source), ...readDestination(objectOf(destination)) };
    const { prefix, errorPrefix, partitionKeys } = model;
    parsePrefix(prefix, partitionKeys && Object.keys(partitionKeys));
    parseErrorPrefix(errorPrefix, prefix);
    if (partitionKeys) parsePartitionKeys(partitionKeys);
    draft.deliveries.push(model);
  },
};

type Destination = Omit<DeliveryModel, 'logicalId' | 'path' | 'name' | 'arn' | 'streamArn'>;

function readDestination(destination: Properties): Destination {
  const buffering = objectOf(destination.BufferingHints);
  const processing = objectOf(destination.ProcessingConfiguration);
  const processors = flagOf(processing.Enabled) ? listOf(processing.Processors).map(objectOf) : [];
  const find = (type: string) => {
    const processor = processors.find((candidate) => candidate.Type === type);
    return processor && parametersOf(processor);
  };
  const conversion = readConversion(objectOf(destination.DataFormatConversionConfiguration));
  const bufferMib = numberOf(buffering.SizeInMBs) ?? (conversion ? CONVERSION_BUFFER_MIB : DEFAULT_BUFFER_MIB);
  if (conversion && bufferMib < CONVERSION_BUFFER_MIN_MIB) {
    throw new Error(`a delivery that converts must buffer at least ${CONVERSION_BUFFER_MIN_MIB} MiB, got ${bufferMib}`);
  }
  if (conversion && destination.CompressionFormat === 'GZIP') {
    throw new Error("a delivery that converts must have the compression format 'UNCOMPRESSED', got 'GZIP'");
  }
  const partitioned = flagOf(objectOf(destination.DynamicPartitioningConfiguration).Enabled);
  return {
    bucket: String(destination.BucketARN).split(':::')[1] ?? '',
    prefix: textOf(destination.Prefix) ?? '',
    errorPrefix: textOf(destination.ErrorOutputPrefix) ?? '',
    bufferBytes: bufferMib * MEBIBYTE,
    bufferMs: (numberOf(buffering.IntervalInSeconds) ?? DEFAULT_BUFFER_SECONDS) * 1_000,
    compression: destination.CompressionFormat === 'GZIP' ? 'GZIP' : 'UNCOMPRESSED',
    transform: readTransform(find('Lambda')),
    partitionKeys: partitioned ? readPartitionKeys(find('MetadataExtraction')) : undefined,
    appendDelimiter: find('AppendDelimiterToRecord') !== undefined,
    fileExtension: textOf(destination.FileExtension),
    conversion,
  };
}

function readConversion(configuration: Properties): DeliveryModel['conversion'] {
  const { Enabled, InputFormatConfiguration, OutputFormatConfiguration, SchemaConfiguration } = configuration;
  // Left out, it is enabled as soon as it is configured.
  if (SchemaConfiguration === undefined || (Enabled !== undefined && !flagOf(Enabled))) return undefined;
  const schema = objectOf(SchemaConfiguration);
  const reader = objectOf(objectOf(objectOf(InputFormatConfiguration).Deserializer).OpenXJsonSerDe);
  const writer = objectOf(objectOf(objectOf(OutputFormatConfiguration).Serializer).ParquetSerDe);
  const mappings = Object.entries(objectOf(reader.ColumnToJsonKeyMappings));
  return {
    databaseName: String(schema.DatabaseName),
    tableName: String(schema.TableName),
    codec: writer.Compression === 'UNCOMPRESSED' ? 'UNCOMPRESSED' : 'SNAPPY',
    caseInsensitive: reader.CaseInsensitive === undefined || flagOf(reader.CaseInsensitive),
    keyOf: Object.fromEntries(mappings.map(([column, key]) => [column, String(key)])),
  };
}

function parametersOf(processor: Properties): Record<string, string> {
  const parameters = listOf(processor.Parameters).map(objectOf);
  return Object.fromEntries(parameters.map((item) => [String(item.ParameterName), String(item.ParameterValue)]));
}

function readTransform(parameters: Record<string, string> | undefined): DeliveryModel['transform'] {
  if (!parameters) return undefined;
  return {
    functionArn: (parameters.LambdaArn ?? '').replace(/:\$LATEST$/, ''),
    bufferBytes: (numberOf(parameters.BufferSizeInMBs) ?? DEFAULT_TRANSFORM_BUFFER_MIB) * MEBIBYTE,
    bufferMs: (numberOf(parameters.BufferIntervalInSeconds) ?? DEFAULT_TRANSFORM_BUFFER_SECONDS) * 1_000,
    retries: numberOf(parameters.NumberOfRetries) ?? DEFAULT_TRANSFORM_RETRIES,
  };
}

/** `{customer: .payload.customer, day: .time[0:10]}` as key and query pairs. */
function readPartitionKeys(parameters: Record<string, string> | undefined): Record<string, string> {
  const query = parameters?.MetadataExtractionQuery ?? '{}';
  const body = /^\s*\{(.*)\}\s*$/s.exec(query)?.[1];
  if (body === undefined) throw new Error(`partition query must be an object of queries, got '${query}'`);
  const keys: Record<string, string> = {};
  for (const part of splitTopLevel(body)) {
    const colon = part.indexOf(':');
    if (colon === -1) throw new Error(`partition query must name each key, got '${part.trim()}'`);
    keys[part.slice(0, colon).trim().replace(/^"|"$/g, '')] = part.slice(colon + 1).trim();
  }
  return keys;
}

/** Splits at the commas outside brackets and texts. */
function splitTopLevel(text: string): string[] {
  const parts = text.match(/(?:"(?:\\.|[^"\\])*"|\([^()]*\)|\[[^\]]*\]|\{[^{}]*\}|[^,])+/g);
  return (parts ?? []).filter((part) => part.trim() !== '');
}

export const firehoseTypes: readonly ResourceType[] = [deliveryStream];
