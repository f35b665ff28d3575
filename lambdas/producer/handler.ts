// Deployed to put events: invoked with them, with a number of them to generate, or by a schedule.
import { lambdaTelemetry } from '../../runtime/telemetry/lambda-telemetry.js';
import { METRIC_NAMESPACE, SERVICE } from './contract.js';
import { readEnv } from './env.js';
import { streamPort } from './ports-aws.js';
import { type ProducePorts, type ProducerLog, produce } from './produce.js';

const { streamName, functionName } = readEnv();

const ports: ProducePorts = {
  put: streamPort(streamName),
  nowMs: Date.now,
  telemetry: lambdaTelemetry<ProducerLog>({
    service: SERVICE,
    namespace: METRIC_NAMESPACE,
    dimensions: { FunctionName: functionName },
  }),
};

export const handler = (input: unknown) => produce(ports, input);
