// Deployed on a polling consumer of the stream, with or without a tumbling window.
import { storeFailures } from '../../runtime/consumer/failure-store.js';
import { s3FailureStore } from '../../runtime/consumer/failure-store-aws.js';
import type { KinesisWindowBatch } from '../../runtime/consumer/kinesis-event.js';
import { lambdaTelemetry } from '../../runtime/telemetry/lambda-telemetry.js';
import { type AggregateLog, type AggregatePorts, aggregate } from './aggregate.js';
import { METRIC_NAMESPACE, SERVICE } from './contract.js';
import { readEnv } from './env.js';
import { statisticsTable } from './ports-aws.js';

const { tableName, failureBucket, functionName } = readEnv();
const failures = s3FailureStore(failureBucket);

const ports: AggregatePorts = {
  writeStatistics: statisticsTable(tableName),
  storeFailures: (records) => storeFailures(failures, functionName, records),
  telemetry: lambdaTelemetry<AggregateLog>({
    service: SERVICE,
    namespace: METRIC_NAMESPACE,
    dimensions: { FunctionName: functionName },
  }),
};

export const handler = (batch: KinesisWindowBatch) => aggregate(ports, batch);
