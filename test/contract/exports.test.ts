// What other people's stacks import. A name that disappears here breaks them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as lib from '../../lib/index.js';

const index = readFileSync(join(__dirname, '../../lib/index.ts'), 'utf8');

test('the classes of the library', () => {
  expect(Object.keys(lib).sort()).toEqual([
    'ConsumerLibrary',
    'DataStream',
    'DeliveryCompression',
    'DeliveryTransform',
    'FailureDestination',
    'KclService',
    'LambdaConsumer',
    'OnDemandPlatform',
    'ProvisionedPlatform',
    'RecordDistributionStrategy',
    'ReferenceConsumer',
    'ReferencePlatform',
    'S3Delivery',
    'StreamAutoscaler',
    'StreamMonitoring',
    'StreamProducer',
    'StreamReplay',
  ]);
});

test('the types of the library', () => {
  const types = [...index.matchAll(/export type \{([^}]*)\}|\btype (\w+)/g)].flatMap((match) =>
    (match[1] ?? match[2]!).split(',').map((name) => name.trim()),
  );
  expect(types.filter(Boolean).sort()).toEqual([
    'AggregateConsumerOptions',
    'AlertConsumerOptions',
    'DataStreamProps',
    'DeliveryTransformOptions',
    'KclServiceProps',
    'LambdaConsumerProps',
    'MonitorConsumerOptions',
    'PlatformConfig',
    'ReferenceConsumerOptions',
    'ReferencePlatformProps',
    'S3DeliveryProps',
    'StreamAutoscalerProps',
    'StreamCapacity',
    'StreamMonitoringProps',
    'StreamProducerProps',
    'StreamReplayProps',
  ]);
});

test('nothing but what is named is exported', () => {
  expect(index).not.toMatch(/export \*/);
});
