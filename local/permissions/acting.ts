// The lab's own parts in the name of a role or service: the same ports, each call decided on before it is made.
import type { FanOut, KinesisApi } from '../engine/api.js';
import type { FunctionInvoker } from '../services/lambda/invoker.js';
import type { ObjectStore, QueueService, TopicService } from '../services/ports.js';
import type { PermissionGuard } from './guard.js';
import type { Caller } from './principal.js';

/** Ports that act for one caller. */
export class Acting {
  readonly #guard: PermissionGuard;
  readonly #caller: Caller;

  constructor(guard: PermissionGuard, caller: Caller) {
    this.#guard = guard;
    this.#caller = caller;
  }

  kinesis(api: KinesisApi): KinesisApi {
    return new Proxy(api, {
      get: (target, name) => async (input: object) => {
        this.#guard.demandOperation(this.#caller, 'kinesis', String(name), input);
        return (target[name as keyof KinesisApi] as (input: object) => Promise<unknown>)(input);
      },
    });
  }

  fanOut(fanOut: FanOut): FanOut {
    return {
      subscribe: (consumerArn, shardId, from, signal) => {
        this.#guard.demandOperation(this.#caller, 'kinesis', 'SubscribeToShard', { ConsumerARN: consumerArn });
        return fanOut.subscribe(consumerArn, shardId, from, signal);
      },
    };
  }

  objects(store: ObjectStore): ObjectStore {
    return {
      put: async (bucket, key, body) => {
        this.#guard.demandOperation(this.#caller, 's3', 'PutObject', { bucket, key });
        await store.put(bucket, key, body);
      },
    };
  }

  queues(queues: QueueService): QueueService {
    return {
      send: async (arn, body) => {
        this.#guard.demand(this.#caller, 'sqs', [{ action: 'sqs:SendMessage', resource: arn }]);
        await queues.send(arn, body);
      },
    };
  }

  topics(topics: TopicService): TopicService {
    return {
      publish: async (arn, message) => {
        this.#guard.demand(this.#caller, 'sns', [{ action: 'sns:Publish', resource: arn }]);
        await topics.publish(arn, message);
      },
    };
  }

  /** For callers that name functions by their ARN. */
  functions(invoker: FunctionInvoker): FunctionInvoker {
    return {
      invoke: async (functionArn, event) => {
        this.#guard.demand(this.#caller, 'lambda', [{ action: 'lambda:InvokeFunction', resource: functionArn }]);
        return invoker.invoke(functionArn, event);
      },
    };
  }
}
