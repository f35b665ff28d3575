// Invoked by an operator, again and again until it answers that the replay has ended.
import { lambdaTelemetry } from '../../runtime/telemetry/lambda-telemetry.js';
import { METRIC_NAMESPACE, SERVICE } from './contract.js';
import { readEnv } from './env.js';
import { replayPorts } from './ports-aws.js';
import { readRequest } from './read-request.js';
import { type ReplayLog, replayStep } from './replay-step.js';

const settings = readEnv();
const { streamName, target } = settings;
const ports = {
  ...replayPorts(settings),
  telemetry: lambdaTelemetry<ReplayLog>({
    service: SERVICE,
    namespace: METRIC_NAMESPACE,
    dimensions: { StreamName: streamName },
  }),
};
const of = { streamName, target: `${target.kind}:${target.name}` };

export const handler = (event: unknown, context: { getRemainingTimeInMillis(): number }) =>
  replayStep(ports, of, readRequest(event), context.getRemainingTimeInMillis());
