// Starts the stream's readers, event source mappings and deliveries, and makes them countable.

import { streamNameOf } from '../core/stream-arn.js';
import type { Clock } from './clock.js';
import type { KeptEntries } from './data-dir/kept-entries.js';
import { type KeptPosition, type ReaderPositions, readerPositions } from './data-dir/kept-positions.js';
import { DeliveryRunner } from './delivery/delivery-runner.js';
import type { FanOut, KinesisApi } from './engine/api.js';
import type { KinesisEngine } from './engine/engine.js';
import type { DestinationPorts } from './event-sources/failure-destination.js';
import { MappingRunner } from './event-sources/mapping-runner.js';
import { type LabConsumer, nameByPath } from './lab-consumer.js';
import type { LabServices } from './lab-services.js';
import { Acting } from './permissions/acting.js';
import type { PermissionGuard } from './permissions/guard.js';
import type { FunctionInvoker } from './services/lambda/invoker.js';
import { sourceActorArn } from './template/access-model.js';
import type { PlatformModel } from './template/model.js';
import { FailureStorage } from './totals/failure-storage.js';

export interface ConsumersOptions {
  readonly model: PlatformModel;
  /** The engine's ARN of each stream consumer by the template's. */
  readonly consumerArns: ReadonlyMap<string, string>;
  /** What counts are made with. */
  readonly engine: KinesisEngine;
  /** The same stream as its readers reach it. */
  readonly read: KinesisApi & FanOut;
  readonly services: LabServices;
  readonly invoker: FunctionInvoker;
  readonly guard: PermissionGuard;
  readonly clock: Clock;
  /** Where positions are kept for the next run of the lab, if they are. */
  readonly positions: KeptEntries<KeptPosition> | undefined;
  readonly onFault: (error: unknown) => void;
}

export interface StartedConsumers {
  readonly consumers: readonly LabConsumer[];
  /** Objects and user records that deliveries have put into their buckets. */
  readonly delivered: () => { readonly objects: number; readonly records: number };
}

/** Resolves when each of them has taken its place in the stream: what is put from then on reaches it. */
export async function startConsumers(options: ConsumersOptions): Promise<StartedConsumers> {
  const { model, services } = options;
  const failures = new FailureStorage(
    model.eventSourceMappings.map(({ uuid, functionName }) => ({ mappingUuid: uuid, functionName })),
  );
  services.objects.onPut((_, key, body) => failures.readObject(key, body));
  const names = nameByPath([...model.eventSourceMappings, ...model.deliveries].map(({ path }) => path));
  const mappings = await Promise.all(
    model.eventSourceMappings.map(async (mapping) => {
      const { uuid, eventSourceArn, startingPosition, startingTimestampMs } = mapping;
      // A change of any of these makes a new mapping.
      const identity = [uuid, eventSourceArn, startingPosition, startingTimestampMs];
      return makeMapping(mapping, failures, options, await positionsOf(identity, eventSourceArn, options));
    }),
  );
  const deliveries = await Promise.all(
    model.deliveries.map(async (delivery) => {
      const { arn, streamArn } = delivery;
      return makeDelivery(delivery, options, await positionsOf([arn, streamArn], streamArn, options));
    }),
  );
  const carriedOver = new Map<DeliveryRunner, number>();
  await Promise.all([
    ...mappings.map((runner) => runner.start()),
    ...deliveries.map((runner, at) => {
      const count = countUnreadBy(runner, model.deliveries[at]!.streamArn, options);
      return runner.start((shardIds) => carriedOver.set(runner, count(shardIds)));
    }),
  ]);
  return {
    consumers: [
      ...mappings.map((runner, at) => mappingConsumer(names[at]!, runner, failures, options)),
      ...deliveries.map((runner, at) =>
        deliveryConsumer(names[mappings.length + at]!, runner, {
          ...options,
          streamArn: model.deliveries[at]!.streamArn,
          carriedOver: carriedOver.get(runner) ?? 0,
        }),
      ),
    ],
    delivered: () => ({
      objects: deliveries.reduce((sum, runner) => sum + runner.totals().objects, 0),
      records: deliveries.reduce((sum, runner) => sum + runner.totals().deliveredUserRecords, 0),
    }),
  };
}

/** Positions of one reader of a stream as it is now: one that was deleted and made anew is another. */
async function positionsOf(
  identity: readonly unknown[],
  sourceArn: string,
  { engine, positions }: ConsumersOptions,
): Promise<ReaderPositions | undefined> {
  if (!positions) return undefined;
  const [StreamARN = ''] = sourceArn.split('/consumer/');
  const { StreamDescriptionSummary: summary } = await engine.DescribeStreamSummary({ StreamARN });
  return readerPositions(positions, [...identity, summary?.StreamCreationTimestamp?.getTime()]);
}

function makeMapping(
  mapping: PlatformModel['eventSourceMappings'][number],
  failures: FailureStorage,
  options: ConsumersOptions,
  positions: ReaderPositions | undefined,
): MappingRunner {
  const { read, services, consumerArns, guard, model } = options;
  const fn = model.functions.find(({ name }) => name === mapping.functionName);
  const role = new Acting(guard, guard.actor(fn?.arn ?? mapping.functionName));
  const ports: DestinationPorts = {
    objects: role.objects(services.objects),
    queues: role.queues(services.queues),
    topics: role.topics(services.topics),
  };
  const eventSourceArn = consumerArns.get(mapping.eventSourceArn) ?? mapping.eventSourceArn;
  return new MappingRunner({
    mapping: { ...mapping, eventSourceArn, roleArn: roleOf(model, fn?.arn) },
    kinesis: role.kinesis(read),
    fanOut: role.fanOut(read),
    census: options.engine,
    invoker: options.invoker,
    ports,
    metrics: services.metrics,
    clock: options.clock,
    positions,
    onKept: (records) => failures.addKept(mapping.uuid, records),
    onError: options.onFault,
  });
}

function roleOf({ access }: PlatformModel, actorArn: string | undefined): string | undefined {
  return access.actors.find(({ arn }) => arn === actorArn)?.roleArn;
}

function makeDelivery(
  delivery: PlatformModel['deliveries'][number],
  options: ConsumersOptions,
  positions: ReaderPositions | undefined,
): DeliveryRunner {
  const { read, services, invoker, guard, clock, onFault } = options;
  const [reader, writer] = [sourceActorArn(delivery.arn), delivery.arn].map(
    (arn) => new Acting(guard, guard.actor(arn)),
  );
  return new DeliveryRunner({
    ...{ delivery, clock, onFault, positions, metrics: services.metrics },
    columns: options.model.catalogTables.find(
      ({ databaseName, tableName }) =>
        databaseName === delivery.conversion?.databaseName && tableName === delivery.conversion.tableName,
    )?.columns,
    kinesis: reader!.kinesis(read),
    objects: writer!.objects(services.objects),
    functions: writer!.functions(invoker),
  });
}

function mappingConsumer(
  name: string,
  runner: MappingRunner,
  failures: FailureStorage,
  { engine }: ConsumersOptions,
): LabConsumer {
  const { uuid } = runner.mapping;
  const isDone = (shardId: string, sequenceNumber: string) => runner.isDone(shardId, sequenceNumber);
  return {
    name,
    streamName: runner.streamName,
    carriedOver: runner.carriedOver,
    get processed() {
      const { passed, filtered } = runner.totals;
      return passed + filtered - failures.countPassed(uuid, isDone);
    },
    get failed() {
      return failures.countFailed(uuid, isDone);
    },
    countUnread() {
      failures.forget(uuid, (shardId) => runner.checkpoint(shardId));
      return runner.unread(engine);
    },
    pending: 0,
    flush: async () => undefined,
    stop: (limitMs) => runner.stop(limitMs),
  };
}

function deliveryConsumer(
  name: string,
  runner: DeliveryRunner,
  options: ConsumersOptions & { readonly streamArn: string; readonly carriedOver: number },
): LabConsumer {
  const { engine, streamArn, carriedOver } = options;
  const count = countUnreadBy(runner, streamArn, options);
  const streamName = streamNameOf(streamArn);
  return {
    name,
    streamName,
    carriedOver,
    get processed() {
      const { delivered, dropped } = runner.totals();
      return delivered + dropped;
    },
    get failed() {
      return runner.totals().failed;
    },
    async countUnread() {
      const shardIds: string[] = [];
      let NextToken: string | undefined;
      do {
        const page = await engine.ListShards(NextToken ? { NextToken } : { StreamName: streamName });
        shardIds.push(...(page.Shards ?? []).map(({ ShardId = '' }) => ShardId));
        NextToken = page.NextToken;
      } while (NextToken);
      return count(shardIds);
    },
    get pending() {
      return runner.totals().pending;
    },
    flush: () => runner.flush(),
    async stop() {
      await runner.stop();
      await runner.flush();
    },
  };
}

/** Counts what a delivery has not read of these shards of its stream. */
function countUnreadBy(runner: DeliveryRunner, streamArn: string, { engine }: ConsumersOptions) {
  const streamName = streamNameOf(streamArn);
  return (shardIds: readonly string[]): number => {
    const progress = runner.progress();
    return shardIds.reduce((sum, shardId) => {
      const { sequenceNumber, fromMs, delivered = 0, done } = progress.get(shardId) ?? {};
      if (done) return sum;
      const isPlaced = sequenceNumber === undefined && fromMs !== undefined;
      const before = isPlaced ? engine.countBefore(streamName, shardId, fromMs) : 0;
      return sum + Math.max(0, engine.countAfter(streamName, shardId, sequenceNumber) - before - delivered);
    }, 0);
  };
}
