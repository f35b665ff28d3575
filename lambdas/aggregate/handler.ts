// Deployed on a polling consumer of the stream, with or without a tumbling window.
import { s3FailureStore } from '../../runtime/consumer/failure-store-aws.js';
import { lambdaTelemetry } from '../../runtime/telemetry/lambda-telemetry.js';
import { type AggregateLog, createAggregate } from './aggregate.js';
import { METRIC_NAMESPACE, SERVICE } from './contract.js';
import { readEnv } from './env.js';
import { statisticsTable } from './ports-aws.js';

const { tableName, failureBucket, functionName } = readEnv();

export const handler = createAggregate(
  {
    writeStatistics: statisticsTable(tableName),
    failureStore: s3FailureStore(failureBucket),
    telemetry: lambdaTelemetry<AggregateLog>({
      service: SERVICE,
      namespace: METRIC_NAMESPACE,
      dimensions: { FunctionName: functionName },
    }),
  },
  functionName,
);
