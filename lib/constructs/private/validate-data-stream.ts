// What DataStream refuses: numbers out of the service's bounds, and settings that the stream's mode or encryption lacks.

import { Token } from 'aws-cdk-lib';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type { IConstruct } from 'constructs';
import {
  ACCOUNT_SHARDS_QUOTA_LARGE_REGIONS,
  RECORD_DEFAULT_MAX_KIB,
  RECORD_HIGHEST_MAX_KIB,
  RETENTION_MAX_HOURS,
  RETENTION_MIN_HOURS,
  STREAM_NAME_MAX_CHARACTERS,
  STREAM_NAME_PATTERN,
  STREAM_TAGS_MAX,
  WARM_THROUGHPUT_MAX_MIB_PER_SECOND,
} from '../../../core/limits.js';
import { ConfigError } from '../../errors.js';
import type { DataStreamProps } from '../data-stream.js';
import { requireHours, requireKibibytes, requireWhole } from './bounds.js';

export function validateDataStream(scope: IConstruct, props: DataStreamProps): void {
  validateMode(scope, props);
  validateNumbers(scope, props);
  validateEncryption(scope, props);
  validateNames(scope, props);
}

function validateMode(scope: IConstruct, props: DataStreamProps): void {
  const { streamMode = kinesis.StreamMode.PROVISIONED } = props;
  if (Token.isUnresolved(streamMode)) return;
  const needs = (mode: kinesis.StreamMode, prop: string, value: unknown) => {
    if (value === undefined || streamMode === mode) return;
    throw new ConfigError(
      scope,
      `'${prop}' must be left out with 'streamMode' ${streamMode}, got ${value}; remove it, or set 'streamMode' to ${mode}`,
    );
  };
  needs(kinesis.StreamMode.PROVISIONED, 'shardCount', props.shardCount);
  needs(kinesis.StreamMode.ON_DEMAND, 'warmThroughputMiBps', props.warmThroughputMiBps);
  needs(kinesis.StreamMode.ON_DEMAND, 'recordDistributionStrategy', props.recordDistributionStrategy?.strategy);
}

function validateNumbers(scope: IConstruct, props: DataStreamProps): void {
  requireWhole(scope, 'shardCount', props.shardCount, {
    min: 1,
    max: ACCOUNT_SHARDS_QUOTA_LARGE_REGIONS,
    hint: 'the upper bound is the highest account quota',
  });
  requireHours(scope, 'retentionPeriod', props.retentionPeriod, {
    min: RETENTION_MIN_HOURS,
    max: RETENTION_MAX_HOURS,
    hint: 'deliver to a bucket what must be kept longer',
  });
  requireKibibytes(scope, 'maxRecordSize', props.maxRecordSize, {
    min: RECORD_DEFAULT_MAX_KIB,
    max: RECORD_HIGHEST_MAX_KIB,
    hint: 'put what is larger into a bucket and its address into the record',
  });
  requireWhole(scope, 'warmThroughputMiBps', props.warmThroughputMiBps, {
    min: 1,
    max: WARM_THROUGHPUT_MAX_MIB_PER_SECOND,
    hint: 'leave it out to let the service follow the traffic',
  });
}

function validateEncryption(scope: IConstruct, { encryption, encryptionKey }: DataStreamProps): void {
  if (encryptionKey && encryption !== undefined && encryption !== kinesis.StreamEncryption.KMS) {
    throw new ConfigError(
      scope,
      `'encryption' must be KMS when 'encryptionKey' is given, got ${encryption}; remove one of the two`,
    );
  }
}

function validateNames(scope: IConstruct, { streamName, tags = {}, shardLevelMetrics = [] }: DataStreamProps): void {
  if (streamName !== undefined && !Token.isUnresolved(streamName) && !STREAM_NAME_PATTERN.test(streamName)) {
    throw new ConfigError(
      scope,
      `'streamName' must be 1 to ${STREAM_NAME_MAX_CHARACTERS} characters of a-z, A-Z, 0-9, '_', '.' and '-', got '${streamName}'; rename it or leave it out`,
    );
  }
  const tagCount = Object.keys(tags).length;
  if (tagCount > STREAM_TAGS_MAX) {
    throw new ConfigError(scope, `'tags' must be at most ${STREAM_TAGS_MAX}, got ${tagCount}; remove some`);
  }
  const distinct = new Set(shardLevelMetrics);
  if (
    distinct.size !== shardLevelMetrics.length ||
    (distinct.has(kinesis.ShardLevelMetrics.ALL) && distinct.size > 1)
  ) {
    throw new ConfigError(
      scope,
      `'shardLevelMetrics' must be ALL alone or distinct metrics, got ${shardLevelMetrics.join(', ')}; remove the repeated ones`,
    );
  }
}
