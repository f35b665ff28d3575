import { createHash } from 'node:crypto';
import { parseFilters } from '../../event-sources/record-filter.js';
import { each, inert, nested, only, run } from '../property-rules.js';
import { flagOf, listOf, numberOf, objectOf, textOf, textsOf } from '../property-values.js';
import { identity, labArn, type ResolvedResource, type ResourceType } from '../resource-type.js';

/** Defaults of AWS::Lambda::Function and AWS::Lambda::EventSourceMapping. */
const DEFAULT_MEMORY_MIB = 128;
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_BATCH_SIZE = 100;
const UNBOUNDED = -1;

const lambdaFunction: ResourceType = {
  type: 'AWS::Lambda::Function',
  nameProperty: 'FunctionName',
  nameLength: 64,
  arn: ({ name }) => labArn('lambda', `function:${name}`),
  rules: {
    ...each(run, 'FunctionName', 'Handler', 'MemorySize', 'Timeout', 'ReservedConcurrentExecutions'),
    Code: nested({ S3Bucket: inert('the asset is read from the assembly'), S3Key: run }),
    Environment: nested({ Variables: run }),
    PackageType: only('Zip'),
    Runtime: only('nodejs20.x', 'nodejs22.x', 'nodejs24.x'),
    Architectures: inert('JavaScript runs the same on both'),
    Description: inert('a text for people'),
    Role: run,
    KmsKeyArn: inert('nothing is stored encrypted in the lab'),
    LoggingConfig: inert('what a function writes goes to one file per function'),
    TracingConfig: inert('the lab keeps no traces'),
    Tags: inert('nothing in the lab reads tags of a function'),
  },
  add(draft, resource) {
    const { properties } = resource;
    const variables = Object.entries(objectOf(objectOf(properties.Environment).Variables));
    const { path, arn } = resource;
    if (properties.Role !== undefined) draft.access.actors.push({ path, arn, roleArn: String(properties.Role) });
    draft.functions.push({
      ...identity(resource),
      assetPath: assetFolder(resource),
      handler: textOf(properties.Handler) ?? 'index.handler',
      environment: Object.fromEntries(variables.map(([key, value]) => [key, String(value)])),
      memoryMiB: numberOf(properties.MemorySize) ?? DEFAULT_MEMORY_MIB,
      timeoutMs: (numberOf(properties.Timeout) ?? DEFAULT_TIMEOUT_SECONDS) * 1_000,
      reservedConcurrency: numberOf(properties.ReservedConcurrentExecutions),
    });
  },
};

function assetFolder(resource: ResolvedResource): string {
  const key = textOf(objectOf(resource.properties.Code).S3Key) ?? '';
  const asset = resource.asset(key);
  if (!asset) throw new Error(`code '${key}' is not an asset of the assembly`);
  if (asset.packaging !== 'zip') throw new Error(`code '${key}' must be an asset of a folder, got a file`);
  return asset.path;
}

const eventSourceMapping: ResourceType = {
  type: 'AWS::Lambda::EventSourceMapping',
  ref: (resource) => mappingUuid(resource.stackName, resource.logicalId),
  arn: (resource) => labArn('lambda', `event-source-mapping:${mappingUuid(resource.stackName, resource.logicalId)}`),
  attributes: {
    Id: (resource) => mappingUuid(resource.stackName, resource.logicalId),
    EventSourceMappingArn: (resource) =>
      labArn('lambda', `event-source-mapping:${mappingUuid(resource.stackName, resource.logicalId)}`),
  },
  rules: {
    ...each(run, 'FunctionName', 'EventSourceArn', 'StartingPositionTimestamp', 'BatchSize', 'ParallelizationFactor'),
    ...each(run, 'MaximumBatchingWindowInSeconds', 'BisectBatchOnFunctionError', 'MaximumRetryAttempts'),
    ...each(run, 'MaximumRecordAgeInSeconds', 'TumblingWindowInSeconds'),
    Enabled: only(true, 'true'),
    StartingPosition: only('TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP'),
    FilterCriteria: nested({ Filters: nested({ Pattern: run }) }),
    FunctionResponseTypes: only('ReportBatchItemFailures'),
    DestinationConfig: nested({ OnFailure: nested({ Destination: run }) }),
    MetricsConfig: nested({ Metrics: only('EventCount') }),
    KmsKeyArn: run,
    LoggingConfig: inert('the mapping writes no log of its own in the lab'),
    Tags: inert('nothing in the lab reads tags of a mapping'),
  },
  add(draft, resource) {
    const { properties, logicalId, path, arn } = resource;
    const keyId = textOf(properties.KmsKeyArn);
    if (keyId !== undefined) draft.access.encrypted.push({ resourceArn: arn, keyId });
    const timestamp = numberOf(properties.StartingPositionTimestamp);
    draft.eventSourceMappings.push({
      logicalId,
      path,
      uuid: mappingUuid(resource.stackName, logicalId),
      functionName: functionNameOf(String(properties.FunctionName)),
      eventSourceArn: String(properties.EventSourceArn),
      startingPosition: startingPositionOf(properties.StartingPosition),
      startingTimestampMs: timestamp === undefined ? undefined : timestamp * 1_000,
      batchSize: numberOf(properties.BatchSize) ?? DEFAULT_BATCH_SIZE,
      batchingWindowMs: (numberOf(properties.MaximumBatchingWindowInSeconds) ?? 0) * 1_000,
      parallelizationFactor: numberOf(properties.ParallelizationFactor) ?? 1,
      bisectOnError: flagOf(properties.BisectBatchOnFunctionError),
      maximumRetryAttempts: numberOf(properties.MaximumRetryAttempts) ?? UNBOUNDED,
      maximumRecordAgeSeconds: numberOf(properties.MaximumRecordAgeInSeconds) ?? UNBOUNDED,
      tumblingWindowMs: (numberOf(properties.TumblingWindowInSeconds) ?? 0) * 1_000,
      filters: filtersOf(properties.FilterCriteria),
      reportBatchItemFailures: textsOf(properties.FunctionResponseTypes).includes('ReportBatchItemFailures'),
      onFailureArn: textOf(objectOf(objectOf(properties.DestinationConfig).OnFailure).Destination),
      countEvents: textsOf(objectOf(properties.MetricsConfig).Metrics).includes('EventCount'),
    });
  },
};

/** Patterns that the lab can match; one with a rule that it does not have is refused before it meets a record. */
function filtersOf(criteria: unknown): string[] {
  const patterns = listOf(objectOf(criteria).Filters).map((filter) => String(objectOf(filter).Pattern));
  parseFilters(patterns);
  return patterns;
}

function startingPositionOf(value: unknown): 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP' {
  if (value === 'LATEST' || value === 'AT_TIMESTAMP' || value === 'TRIM_HORIZON') return value;
  throw new Error(`property 'StartingPosition' must be set, got ${JSON.stringify(value) ?? 'nothing'}`);
}

/** Name of a function given by its name or by its ARN. */
function functionNameOf(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? (nameOrArn.split(':')[6] ?? nameOrArn) : nameOrArn;
}

/** Lambda makes one up; the lab derives it, so that it is the same on every run. */
function mappingUuid(stackName: string, logicalId: string): string {
  const hex = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export const lambdaTypes: readonly ResourceType[] = [lambdaFunction, eventSourceMapping];
