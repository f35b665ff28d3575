// Deployed on a schedule, one stream per function.
import { lambdaTelemetry } from '../../runtime/telemetry/lambda-telemetry.js';
import { type AutoscalerLog, type AutoscalerPorts, autoscale } from './autoscale.js';
import { METRIC_NAMESPACE, SERVICE } from './contract.js';
import { readEnv } from './env.js';
import { metricPorts, streamPorts } from './ports-aws.js';

const { streamName, policy } = readEnv();

const ports: AutoscalerPorts = {
  ...streamPorts(),
  ...metricPorts(),
  nowMs: Date.now,
  telemetry: lambdaTelemetry<AutoscalerLog>({
    service: SERVICE,
    namespace: METRIC_NAMESPACE,
    dimensions: { StreamName: streamName },
  }),
};

export const handler = () => autoscale(ports, streamName, policy);
