// The lab's SNS: what is published is counted and written down; there are no subscriptions to deliver to.
import { randomUUID } from 'node:crypto';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../clock.js';
import { ServiceError } from '../../service-error.js';
import type { Endpoint, ServiceGate } from '../http-endpoint.js';
import { listenOnLoopback } from '../http-endpoint.js';
import type { Authorize, TopicService } from '../ports.js';
import { answerSns } from './sns-protocol.js';

/** One message of a topic, a line of its file. */
export interface PublishedMessage {
  readonly messageId: string;
  readonly topicArn: string;
  /** ISO 8601, lab time. */
  readonly publishedAt: string;
  readonly subject?: string;
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface TopicMessage {
  readonly subject?: string;
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface RecordingTopicServiceOptions {
  /** Folder of the lab; messages go to `<directory>/topics/<name>.ndjson`. */
  readonly directory: string;
  /** ARNs of the topics that exist. */
  readonly topicArns: readonly string[];
  readonly clock: Clock;
  /**
   * Judges calls from outside.
   *
   * @default - everything is allowed
   */
  readonly authorize?: Authorize | undefined;
}

/** Largest message in UTF-8 bytes, as in SNS. */
const MAX_MESSAGE_BYTES = 256 * 1024;

export class RecordingTopicService implements TopicService {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly authorize: Authorize | undefined;
  readonly #counts: Map<string, number>;
  readonly #listeners: ((message: PublishedMessage) => void)[] = [];
  /** Last write per topic: lines of one file keep the order of their messages. */
  readonly #writes = new Map<string, Promise<void>>();

  constructor(options: RecordingTopicServiceOptions) {
    this.#folder = join(options.directory, 'topics');
    this.#clock = options.clock;
    this.authorize = options.authorize;
    this.#counts = new Map(options.topicArns.map((arn) => [arn, 0]));
  }

  /** Serves the SNS API. */
  async listen(gate?: ServiceGate): Promise<Endpoint> {
    return listenOnLoopback(this.#clock, (request) => answerSns(this, request), gate);
  }

  /** Messages that a topic has taken. */
  count(topicArn: string): number {
    return this.#counts.get(topicArn) ?? 0;
  }

  /** Tells `listener` of every message from now on. */
  onPublish(listener: (message: PublishedMessage) => void): void {
    this.#listeners.push(listener);
  }

  async publish(topicArn: string, message: TopicMessage): Promise<void> {
    await this.record(topicArn, message);
  }

  /** Publishes, and gives the message as recorded. */
  async record(topicArn: string, message: TopicMessage): Promise<PublishedMessage> {
    const count = this.#counts.get(topicArn);
    if (count === undefined) throw new ServiceError('NotFound', `Topic does not exist: '${topicArn}'`, 404);
    if (message.body === '') throw new ServiceError('InvalidParameter', 'Invalid parameter: Empty message');
    if (Buffer.byteLength(message.body) > MAX_MESSAGE_BYTES) {
      throw new ServiceError('InvalidParameter', 'Invalid parameter: Message too long');
    }
    const publishedAt = new Date(this.#clock.nowMs()).toISOString();
    const published = { messageId: randomUUID(), topicArn, publishedAt, ...message };
    const write = (this.#writes.get(topicArn) ?? Promise.resolve()).then(() => this.#append(published));
    this.#writes.set(
      topicArn,
      write.catch(() => {}),
    );
    await write;
    this.#counts.set(topicArn, (this.#counts.get(topicArn) ?? 0) + 1);
    for (const listener of this.#listeners) listener(published);
    return published;
  }

  async #append(message: PublishedMessage): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const name = message.topicArn.slice(message.topicArn.lastIndexOf(':') + 1);
    await appendFile(join(this.#folder, `${name}.ndjson`), `${JSON.stringify(message)}\n`);
  }
}
