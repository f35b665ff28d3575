// Deployed to put events: invoked with them, with a number of them to generate, or by a schedule.
import type { Context } from 'aws-lambda';
import { lambdaTelemetry } from '../../runtime/telemetry/lambda-telemetry.js';
import { METRIC_NAMESPACE, SERVICE } from './contract.js';
import { readEnv } from './env.js';
import { REQUEST_TIMEOUT_MS, streamPort } from './ports-aws.js';
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

/** Time kept from the last call on, so that the function always answers for every event instead of timing out. */
const ANSWER_MS = REQUEST_TIMEOUT_MS + 1_000;

export const handler = (input: unknown, context: Context) =>
  produce(ports, input, AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - ANSWER_MS)));
