// Deployed as the processor of a Firehose delivery.
import { lambdaTelemetry } from '../../runtime/telemetry/lambda-telemetry.js';
import { METRIC_NAMESPACE, SERVICE, type TransformEvent } from './contract.js';
import { readEnv } from './env.js';
import { type TransformLog, type TransformPorts, transform } from './transform.js';

const { functionName } = readEnv();

const ports: TransformPorts = {
  telemetry: lambdaTelemetry<TransformLog>({
    service: SERVICE,
    namespace: METRIC_NAMESPACE,
    dimensions: { FunctionName: functionName },
  }),
};

export const handler = async (event: TransformEvent) => transform(ports, event);
