// The services beside the stream: tables, buckets, topics, queues and metrics, and where the functions find them.
import type { Clock } from './clock.js';
import type { LabData } from './data-dir/lab-data.js';
import { AlarmEvaluator } from './metrics/alarm-evaluator.js';
import { MetricStore, MINUTE_MS } from './metrics/metric-store.js';
import { Acting } from './permissions/acting.js';
import type { PermissionGuard } from './permissions/guard.js';
import { ServiceError } from './service-error.js';
import { MetricService } from './services/cloudwatch/metric-service.js';
import { TableService } from './services/dynamodb/table-service.js';
import type { Endpoint, ServiceGate } from './services/http-endpoint.js';
import type { TopicService } from './services/ports.js';
import { ObjectService } from './services/s3/object-service.js';
import { RecordingTopicService } from './services/sns/topic-service.js';
import { MemoryQueueService } from './services/sqs/queue-service.js';
import { LAB_ACCOUNT_ID, LAB_REGION } from './template/identity.js';
import type { PlatformModel } from './template/model.js';

export interface LabServices {
  readonly metrics: MetricStore;
  readonly alarms: AlarmEvaluator;
  readonly objects: ObjectService;
  readonly queues: MemoryQueueService;
  /** Topics as the lab's own parts publish to them: alarms and failure notices, which are no alerts. */
  readonly topics: TopicService;
  /** Messages that functions have published. */
  alerts(): number;
  /** Variables that lead an SDK to the services. */
  readonly endpoints: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface ServicesOptions {
  readonly model: PlatformModel;
  readonly clock: Clock;
  readonly directory: string;
  /** What outlives the run, if anything does: objects and messages then go there, not to `directory`. */
  readonly data: LabData | undefined;
  readonly guard: PermissionGuard;
  /** How long after its minute a metric can be read; 0 shows even the minute that runs. */
  readonly metricDelayMs: number;
  /** Gives what requests to a service pass, by the service's name. */
  readonly gates: ((service: string) => ServiceGate) | undefined;
}

export async function startServices(options: ServicesOptions): Promise<LabServices> {
  const { model, clock, data, guard, metricDelayMs, gates } = options;
  const directory = data?.path ?? options.directory;
  const metrics = new MetricStore(
    metricDelayMs > 0 ? { visibleUntilMs: () => visibleMinute(clock, metricDelayMs) } : {},
  );
  const objects = new ObjectService({
    ...{ directory, buckets: model.buckets.map(({ name }) => name), clock },
    authorize: guard.authorize('s3'),
  });
  const topics = new RecordingTopicService({
    ...{ directory, topicArns: model.topics.map(({ arn }) => arn), clock },
    authorize: guard.authorize('sns'),
  });
  const queues = new MemoryQueueService({
    ...{ queues: model.queues, clock, metrics, entries: data?.open('queues') },
    authorize: guard.authorize('sqs'),
  });
  const tables = new TableService({
    ...{ tables: model.tables, clock, metrics, entries: data?.open('tables') },
    authorize: guard.authorize('dynamodb'),
  });
  let ownMessages = 0;
  const ownTopics: TopicService = {
    async publish(topicArn, message) {
      await topics.publish(topicArn, message);
      ownMessages += 1;
    },
  };
  const alarms = new AlarmEvaluator({
    alarms: model.alarms,
    composites: model.compositeAlarms,
    metrics,
    topics: alarmTopics(guard, ownTopics),
    clock,
    metricDelayMs,
  });
  const services: Readonly<Record<string, { listen(gate?: ServiceGate): Promise<Endpoint> }>> = {
    S3: objects,
    SNS: topics,
    SQS: queues,
    DYNAMODB: tables,
    CLOUDWATCH: new MetricService({ store: metrics, alarms, clock, authorize: guard.authorize('cloudwatch') }),
  };
  const listening = await Promise.all(
    Object.entries(services).map(async ([name, service]) => [name, await service.listen(gates?.(name))] as const),
  );
  return {
    metrics,
    alarms,
    objects,
    queues,
    topics: ownTopics,
    alerts: () => model.topics.reduce((sum, { arn }) => sum + topics.count(arn), 0) - ownMessages,
    endpoints: Object.fromEntries(listening.map(([name, { url }]) => [`AWS_ENDPOINT_URL_${name}`, url])),
    async close() {
      await Promise.all(listening.map(([, endpoint]) => endpoint.close()));
    },
  };
}

/** The first minute that is not published yet. */
function visibleMinute(clock: Clock, delayMs: number): number {
  return Math.floor((clock.nowMs() - delayMs) / MINUTE_MS) * MINUTE_MS;
}

/** As CloudWatch, which goes on with its alarms when a topic does not let it in. */
function alarmTopics(guard: PermissionGuard, topics: TopicService): TopicService {
  const sourceArn = `arn:aws:cloudwatch:${LAB_REGION}:${LAB_ACCOUNT_ID}:alarm:*`;
  const cloudwatch = new Acting(guard, { kind: 'service', service: 'cloudwatch.amazonaws.com', sourceArn });
  const guarded = cloudwatch.topics(topics);
  return {
    publish: (topicArn, message) =>
      guarded.publish(topicArn, message).catch((error: unknown) => {
        if (!(error instanceof ServiceError)) throw error;
      }),
  };
}
