// Deployed on a dedicated (enhanced fan-out) consumer of the stream, one batch of a shard at a time.
import { s3FailureStore } from '../../runtime/consumer/failure-store-aws.js';
import type { KinesisBatch, RemainingTime } from '../../runtime/consumer/kinesis-event.js';
import { lambdaTelemetry } from '../../runtime/telemetry/lambda-telemetry.js';
import { type AlertLog, type AlertPorts, alert } from './alert.js';
import { METRIC_NAMESPACE, SERVICE } from './contract.js';
import { readEnv } from './env.js';
import { alertTopic, stateTable } from './ports-aws.js';

const env = readEnv();

const ports: AlertPorts = {
  ...stateTable(env.stateTable),
  publish: alertTopic(env.topicArn),
  failureStore: s3FailureStore(env.failureBucket),
  telemetry: lambdaTelemetry<AlertLog>({
    service: SERVICE,
    namespace: METRIC_NAMESPACE,
    dimensions: { FunctionName: env.functionName },
  }),
};

export const handler = (batch: KinesisBatch, context?: RemainingTime) => alert(ports, env, batch, context);
