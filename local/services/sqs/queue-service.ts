// The lab's SQS: queues of failures, in memory, with the visibility timeout and the counts that an alarm reads.
import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.js';
import type { KeptEntries } from '../../data-dir/kept-entries.js';
import type { MetricSink } from '../../metrics/metric-sink.js';
import { ServiceError } from '../../service-error.js';
import type { Endpoint, ServiceGate } from '../http-endpoint.js';
import { listenOnLoopback } from '../http-endpoint.js';
import { answerJson } from '../json-protocol.js';
import type { Authorize, QueueService } from '../ports.js';
import { sqsOperations } from './sqs-operations.js';

/** Time that a received message stays hidden, as SQS has it by default. */
const DEFAULT_VISIBILITY_MS = 30_000;

/** How often SQS reports its metrics. */
const METRIC_PERIOD_MS = 60_000;

const METRICS = ['ApproximateNumberOfMessagesVisible', 'ApproximateNumberOfMessagesNotVisible'] as const;

export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
  readonly md5: string;
  readonly sentMs: number;
  receiveCount: number;
  visibleAtMs: number;
  receiptHandle: string | undefined;
}

export interface MemoryQueueServiceOptions {
  readonly queues: readonly { readonly name: string; readonly arn: string }[];
  readonly clock: Clock;
  readonly metrics: MetricSink;
  /**
   * Judges calls from outside.
   *
   * @default - everything is allowed
   */
  readonly authorize?: Authorize | undefined;
  /**
   * Where messages outlive the lab; those that were hidden can be received again after it.
   *
   * @default - in memory only
   */
  readonly entries?: KeptEntries<KeptMessage> | undefined;
}

/** A message as it was sent. */
interface KeptMessage {
  readonly queue: string;
  readonly body: string;
  readonly sentMs: number;
}

export class MemoryQueueService implements QueueService {
  readonly #clock: Clock;
  readonly #metrics: MetricSink;
  readonly #authorize: Authorize | undefined;
  readonly #entries: KeptEntries<KeptMessage> | undefined;
  readonly #queues: ReadonlyMap<string, { readonly arn: string; messages: QueueMessage[] }>;

  constructor(options: MemoryQueueServiceOptions) {
    this.#clock = options.clock;
    this.#metrics = options.metrics;
    this.#authorize = options.authorize;
    this.#entries = options.entries;
    this.#queues = new Map(options.queues.map(({ name, arn }) => [name, { arn, messages: [] }]));
    for (const messageId of this.#entries?.keys() ?? []) {
      const kept = this.#entries?.get(messageId);
      if (kept) this.#queues.get(kept.queue)?.messages.push(makeMessage(messageId, kept));
    }
  }

  /** Serves the SQS API; a queue is found by the last segment of its URL. */
  async listen(gate?: ServiceGate): Promise<Endpoint> {
    const operations = sqsOperations(this);
    const service = { name: 'SQS', operations, authorize: this.#authorize };
    return listenOnLoopback(this.#clock, (request) => answerJson(service, request), gate);
  }

  /** Reports the queue metrics every lab minute until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(METRIC_PERIOD_MS, signal).catch(() => {});
      if (!signal.aborted) this.#report();
    }
  }

  async send(queueArn: string, body: string): Promise<void> {
    this.put(queueArn.slice(queueArn.lastIndexOf(':') + 1), body);
  }

  put(queueName: string, body: string): QueueMessage {
    const { messages } = this.#find(queueName);
    const kept = { queue: queueName, body, sentMs: this.#clock.nowMs() };
    const message = makeMessage(randomUUID(), kept);
    this.#entries?.set(message.messageId, kept);
    messages.push(message);
    return message;
  }

  /** Takes up to `most` visible messages and hides them. */
  receive(queueName: string, most: number, visibilityMs = DEFAULT_VISIBILITY_MS): QueueMessage[] {
    const nowMs = this.#clock.nowMs();
    const messages = this.#find(queueName).messages.filter(({ visibleAtMs }) => visibleAtMs <= nowMs);
    return messages.slice(0, most).map((message) => {
      message.receiveCount += 1;
      message.visibleAtMs = nowMs + visibilityMs;
      message.receiptHandle = randomUUID();
      return message;
    });
  }

  delete(queueName: string, receiptHandle: string): void {
    const queue = this.#find(queueName);
    const deleted = queue.messages.find((message) => message.receiptHandle === receiptHandle);
    if (deleted) this.#entries?.delete(deleted.messageId);
    queue.messages = queue.messages.filter((message) => message.receiptHandle !== receiptHandle);
  }

  /** Messages that can be received, and those that are hidden. */
  count(queueName: string): { readonly visible: number; readonly hidden: number } {
    const { messages } = this.#find(queueName);
    const visible = messages.filter(({ visibleAtMs }) => visibleAtMs <= this.#clock.nowMs()).length;
    return { visible, hidden: messages.length - visible };
  }

  arnOf(queueName: string): string {
    return this.#find(queueName).arn;
  }

  #report(): void {
    const atMs = this.#clock.nowMs();
    for (const [name, { messages }] of this.#queues) {
      const { visible, hidden } = this.count(name);
      const oldestMs = Math.min(atMs, ...messages.map(({ sentMs }) => sentMs));
      const put = (metric: string, value: number, unit: string) =>
        this.#metrics.put({ namespace: 'AWS/SQS', dimensions: { QueueName: name }, name: metric, value, atMs, unit });
      put(METRICS[0], visible, 'Count');
      put(METRICS[1], hidden, 'Count');
      put('ApproximateAgeOfOldestMessage', Math.floor((atMs - oldestMs) / 1000), 'Seconds');
    }
  }

  #find(queueName: string): { readonly arn: string; messages: QueueMessage[] } {
    const queue = this.#queues.get(queueName);
    if (queue) return queue;
    throw new ServiceError('QueueDoesNotExist', `The specified queue does not exist: '${queueName}'`);
  }
}

function makeMessage(messageId: string, { body, sentMs }: KeptMessage): QueueMessage {
  const md5 = createHash('md5').update(body).digest('hex');
  return { messageId, body, md5, sentMs, receiveCount: 0, visibleAtMs: sentMs, receiptHandle: undefined };
}
