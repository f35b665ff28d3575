// Makes a registered consumer, in state CREATING, or refuses it.
import type { RegisterStreamConsumerCommandInput } from '@aws-sdk/client-kinesis';
import {
  FAN_OUT_CONSUMERS_CREATING_MAX,
  FAN_OUT_CONSUMERS_MAX,
  FAN_OUT_CONSUMERS_MAX_ADVANTAGE,
} from '../../../core/limits.js';
import { ServiceError } from '../../service-error.js';
import type { EngineContext } from '../context.js';
import { checkTags } from '../streams/create-stream.js';
import type { FanOutConsumer } from '../streams/stream.js';

/** Adds the consumer to its stream. */
export function registerConsumer(engine: EngineContext, input: RegisterStreamConsumerCommandInput): FanOutConsumer {
  const stream = engine.streams.findUsable(input);
  const name = input.ConsumerName!;
  const others = [...stream.consumers.values()];
  if (stream.consumers.has(name)) {
    throw new ServiceError(
      'ResourceInUseException',
      `Consumer ${name} under stream ${stream.name} already exists for account ${stream.accountId}.`,
    );
  }
  const isAdvantage = stream.mode === 'ON_DEMAND' && engine.account.isCommitted(engine.clock.nowMs());
  const most = isAdvantage ? FAN_OUT_CONSUMERS_MAX_ADVANTAGE : FAN_OUT_CONSUMERS_MAX;
  const creating = others.filter((consumer) => consumer.status === 'CREATING').length;
  if (others.length >= most || creating >= FAN_OUT_CONSUMERS_CREATING_MAX) {
    throw new ServiceError(
      'LimitExceededException',
      `Stream ${stream.name} under account ${stream.accountId} may have ${most} registered consumers, ${FAN_OUT_CONSUMERS_CREATING_MAX} of them being created at once; it has ${others.length}, ${creating} being created.`,
    );
  }
  checkTags(input.Tags ?? {});
  const createdAtMs = engine.clock.nowMs();
  const consumer: FanOutConsumer = {
    name,
    arn: `${stream.arn}/consumer/${name}:${Math.floor(createdAtMs / 1_000)}`,
    createdAtMs,
    tags: new Map(Object.entries(input.Tags ?? {})),
    status: 'CREATING',
  };
  stream.consumers.set(name, consumer);
  return consumer;
}
