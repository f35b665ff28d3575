// The services beside the stream: tables, buckets, topics, queues and metrics, and where the functions find them.
import type { Clock } from './clock.js';
import { AlarmEvaluator } from './metrics/alarm-evaluator.js';
import { MetricStore } from './metrics/metric-store.js';
import { MetricService } from './services/cloudwatch/metric-service.js';
import { TableService } from './services/dynamodb/table-service.js';
import type { Endpoint } from './services/http-endpoint.js';
import type { TopicService } from './services/ports.js';
import { ObjectService } from './services/s3/object-service.js';
import { RecordingTopicService } from './services/sns/topic-service.js';
import { MemoryQueueService } from './services/sqs/queue-service.js';
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

export async function startServices(model: PlatformModel, clock: Clock, directory: string): Promise<LabServices> {
  const metrics = new MetricStore();
  const objects = new ObjectService({ directory, buckets: model.buckets.map(({ name }) => name), clock });
  const topics = new RecordingTopicService({ directory, topicArns: model.topics.map(({ arn }) => arn), clock });
  const queues = new MemoryQueueService({ queues: model.queues, clock, metrics });
  const tables = new TableService({ tables: model.tables, clock });
  let ownMessages = 0;
  const ownTopics: TopicService = {
    async publish(topicArn, message) {
      ownMessages += 1;
      await topics.publish(topicArn, message);
    },
  };
  const alarms = new AlarmEvaluator({ alarms: model.alarms, metrics, topics: ownTopics, clock });
  const services: Readonly<Record<string, { listen(): Promise<Endpoint> }>> = {
    S3: objects,
    SNS: topics,
    SQS: queues,
    DYNAMODB: tables,
    CLOUDWATCH: new MetricService({ store: metrics, alarms, clock }),
  };
  const listening = await Promise.all(
    Object.entries(services).map(async ([name, service]) => [name, await service.listen()] as const),
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
