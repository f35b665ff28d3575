import { each, inert, nested, only, run } from '../property-rules.js';
import { numberOf, objectOf, pairsOf, textOf, textsOf } from '../property-values.js';
import { identity, labArn, type ResourceType } from '../resource-type.js';

/** Defaults of AWS::Kinesis::Stream. */
const DEFAULT_RETENTION_HOURS = 24;
const DEFAULT_MAX_RECORD_KIB = 1_024;

/** In place of a creation time, which no template has: the lab registers the consumer when it starts. */
const CONSUMER_CREATED = '0';

const stream: ResourceType = {
  type: 'AWS::Kinesis::Stream',
  nameProperty: 'Name',
  nameLength: 128,
  arn: ({ name }) => labArn('kinesis', `stream/${name}`),
  rules: {
    ...each(
      run,
      'Name',
      'ShardCount',
      'RetentionPeriodHours',
      'DesiredShardLevelMetrics',
      'MaxRecordSizeInKiB',
      'Tags',
    ),
    StreamModeDetails: nested({ StreamMode: only('PROVISIONED', 'ON_DEMAND') }),
    StreamEncryption: nested({ EncryptionType: only('KMS'), KeyId: run }),
    WarmThroughputMiBps: inert('the lab starts every on-demand stream at the same size'),
    RecordDistributionStrategy: inert('the lab places records by their partition key'),
  },
  add(draft, resource) {
    const { properties, arn } = resource;
    const keyId = textOf(objectOf(properties.StreamEncryption).KeyId);
    if (keyId !== undefined) draft.access.encrypted.push({ resourceArn: arn, keyId });
    const mode = objectOf(properties.StreamModeDetails).StreamMode === 'ON_DEMAND' ? 'ON_DEMAND' : 'PROVISIONED';
    draft.streams.push({
      ...identity(resource),
      mode,
      shardCount: mode === 'ON_DEMAND' ? undefined : (numberOf(properties.ShardCount) ?? 1),
      retentionHours: numberOf(properties.RetentionPeriodHours) ?? DEFAULT_RETENTION_HOURS,
      maxRecordSizeKiB: numberOf(properties.MaxRecordSizeInKiB) ?? DEFAULT_MAX_RECORD_KIB,
      keyId,
      shardLevelMetrics: textsOf(properties.DesiredShardLevelMetrics),
      tags: pairsOf(properties.Tags),
    });
  },
};

const streamConsumer: ResourceType = {
  type: 'AWS::Kinesis::StreamConsumer',
  nameProperty: 'ConsumerName',
  nameLength: 128,
  ref: (resource) => `${resource.property('StreamARN')}/consumer/${resource.name}:${CONSUMER_CREATED}`,
  arn: (resource) => `${resource.property('StreamARN')}/consumer/${resource.name}:${CONSUMER_CREATED}`,
  attributes: {
    ConsumerARN: (resource) => `${resource.property('StreamARN')}/consumer/${resource.name}:${CONSUMER_CREATED}`,
    ConsumerName: ({ name }) => name,
    ConsumerCreationTimestamp: () => CONSUMER_CREATED,
    ConsumerStatus: () => 'ACTIVE',
    StreamARN: (resource) => String(resource.property('StreamARN')),
  },
  rules: { ...each(run, 'ConsumerName', 'StreamARN'), Tags: inert('nothing in the lab reads tags of a consumer') },
  add(draft, resource) {
    draft.streamConsumers.push({ ...identity(resource), streamArn: String(resource.properties.StreamARN) });
  },
};

export const kinesisTypes: readonly ResourceType[] = [stream, streamConsumer];
