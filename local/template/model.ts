// What the interpreter makes of a synthesized stack: every resource that the lab runs, intrinsics resolved.
// Names in `path` are the construct path inside the stack, as the template's metadata has it.

import type { Column } from '../delivery/table-row.js';
import type { AccessModel } from './access-model.js';

interface Resource {
  readonly logicalId: string;
  /** Construct path below the stack without the last `/Resource`, for example `Alerts/Function`. */
  readonly path: string;
}

export interface StreamModel extends Resource {
  readonly name: string;
  readonly arn: string;
  readonly mode: 'PROVISIONED' | 'ON_DEMAND';
  /** Undefined on an on-demand stream. */
  readonly shardCount: number | undefined;
  readonly retentionHours: number;
  readonly maxRecordSizeKiB: number;
  readonly keyId: string | undefined;
  readonly shardLevelMetrics: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface StreamConsumerModel extends Resource {
  readonly name: string;
  readonly arn: string;
  readonly streamArn: string;
}

export interface FunctionModel extends Resource {
  readonly name: string;
  readonly arn: string;
  /** Folder or zip of the built asset, absolute. */
  readonly assetPath: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMiB: number;
  readonly timeoutMs: number;
  readonly reservedConcurrency: number | undefined;
}

export interface EventSourceMappingModel extends Resource {
  /** Stable within a template: derived from the logical id. */
  readonly uuid: string;
  readonly functionName: string;
  /** ARN of a stream (polling) or of a stream consumer (enhanced fan-out). */
  readonly eventSourceArn: string;
  /** Role of the function, known once the whole template is read. */
  readonly roleArn?: string | undefined;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';
  readonly startingTimestampMs: number | undefined;
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  readonly parallelizationFactor: number;
  readonly bisectOnError: boolean;
  /** -1 is until the record expires. */
  readonly maximumRetryAttempts: number;
  /** -1 is until the record expires. */
  readonly maximumRecordAgeSeconds: number;
  readonly tumblingWindowMs: number;
  /** Filter patterns, JSON text each. */
  readonly filters: readonly string[];
  readonly reportBatchItemFailures: boolean;
  /** ARN of a bucket, queue or topic. */
  readonly onFailureArn: string | undefined;
  readonly countEvents: boolean;
}

export interface DeliveryModel extends Resource {
  readonly name: string;
  readonly arn: string;
  readonly streamArn: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly errorPrefix: string;
  readonly bufferBytes: number;
  readonly bufferMs: number;
  readonly compression: 'UNCOMPRESSED' | 'GZIP';
  /** Function that transforms batches, with its own buffer. */
  readonly transform:
    | {
        readonly functionArn: string;
        readonly bufferBytes: number;
        readonly bufferMs: number;
        readonly retries: number;
      }
    | undefined;
  /** JQ query per partition key when dynamic partitioning is on. */
  readonly partitionKeys: Readonly<Record<string, string>> | undefined;
  readonly appendDelimiter: boolean;
  readonly fileExtension: string | undefined;
  /** Set when JSON becomes Parquet, by the columns of a table of the catalog. */
  readonly conversion: FormatConversion | undefined;
}

export interface FormatConversion {
  readonly databaseName: string;
  readonly tableName: string;
  readonly codec: 'SNAPPY' | 'UNCOMPRESSED';
  readonly caseInsensitive: boolean;
  /** JSON key of a column that is named otherwise. */
  readonly keyOf: Readonly<Record<string, string>>;
}

export interface CatalogTableModel extends Resource {
  readonly databaseName: string;
  readonly tableName: string;
  readonly columns: readonly Column[];
}

export interface ScheduleModel extends Resource {
  readonly name: string;
  readonly arn: string;
  readonly intervalMs: number;
  readonly targets: readonly { readonly arn: string; readonly input: unknown }[];
}

export interface TableModel extends Resource {
  readonly name: string;
  readonly arn: string;
  /** Input of CreateTable, as the template states it. */
  readonly definition: Readonly<Record<string, unknown>>;
}

export interface BucketModel extends Resource {
  readonly name: string;
  readonly arn: string;
}

export interface TopicModel extends Resource {
  readonly name: string;
  readonly arn: string;
}

export interface QueueModel extends Resource {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
}

/** One metric or expression of an alarm, as in MetricDataQuery. */
export interface AlarmQuery {
  readonly id: string;
  readonly returnData: boolean;
  readonly expression: string | undefined;
  readonly metric:
    | {
        readonly namespace: string;
        readonly name: string;
        readonly dimensions: Readonly<Record<string, string>>;
        readonly statistic: string;
        readonly periodMs: number;
      }
    | undefined;
}

export interface AlarmModel extends Resource {
  readonly name: string;
  readonly arn: string;
  readonly queries: readonly AlarmQuery[];
  readonly comparison: string;
  readonly threshold: number;
  readonly periodMs: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: 'breaching' | 'notBreaching' | 'ignore' | 'missing';
  readonly actions: readonly string[];
  readonly okActions: readonly string[];
}

/** An alarm on the states of other alarms. */
export interface CompositeAlarmModel extends Resource {
  readonly name: string;
  readonly arn: string;
  readonly rule: string;
  readonly actions: readonly string[];
  readonly okActions: readonly string[];
}

/** One stack, ready to run. */
export interface PlatformModel {
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly streams: readonly StreamModel[];
  readonly streamConsumers: readonly StreamConsumerModel[];
  readonly functions: readonly FunctionModel[];
  readonly eventSourceMappings: readonly EventSourceMappingModel[];
  readonly deliveries: readonly DeliveryModel[];
  readonly schedules: readonly ScheduleModel[];
  readonly tables: readonly TableModel[];
  readonly catalogTables: readonly CatalogTableModel[];
  readonly buckets: readonly BucketModel[];
  readonly topics: readonly TopicModel[];
  readonly queues: readonly QueueModel[];
  readonly alarms: readonly AlarmModel[];
  readonly compositeAlarms: readonly CompositeAlarmModel[];
  readonly access: AccessModel;
}
