// The endpoint under test, as rules see it: SDK clients, time, and streams that are made for a rule and deleted after.
import { randomBytes } from 'node:crypto';
import type { CreateStreamCommandInput, Kinesis, StreamDescriptionSummary } from '@aws-sdk/client-kinesis';

/** A way to reach an endpoint. */
export interface Reach {
  /** SDK client over HTTP/1.1, one attempt a call. */
  readonly client: Kinesis;
  /** SDK client with its default handler, HTTP/2, one attempt a call. */
  readonly http2: Kinesis;
  /** Lets this much of the endpoint's time pass. */
  sleep(ms: number): Promise<void>;
  /** The endpoint's time, epoch milliseconds. */
  nowMs(): number;
}

/** A stream made for one rule. */
export interface TestStream {
  readonly name: string;
  readonly arn: string;
}

/** How long an operation may take before a rule gives up on it, in the endpoint's time. */
const PATIENCE_MS = 110_000;

/** One endpoint during one rule. */
export class Subject implements Reach {
  readonly client: Kinesis;
  readonly http2: Kinesis;
  readonly sleep: Reach['sleep'];
  readonly nowMs: Reach['nowMs'];
  readonly #made: string[] = [];

  constructor(reach: Reach) {
    this.client = reach.client;
    this.http2 = reach.http2;
    this.sleep = reach.sleep;
    this.nowMs = reach.nowMs;
  }

  /** A stream name that nothing else has; whatever carries it is deleted after the rule. */
  freshName(): string {
    const name = `conformance-${randomBytes(5).toString('hex')}`;
    this.#made.push(name);
    return name;
  }

  /** Creates a stream and waits until it is ACTIVE; one provisioned shard unless told otherwise. */
  async stream(input: Omit<CreateStreamCommandInput, 'StreamName'> = { ShardCount: 1 }): Promise<TestStream> {
    const name = this.freshName();
    await this.client.createStream({ StreamName: name, ...input });
    const { StreamARN } = await this.active(name);
    return { name, arn: StreamARN! };
  }

  /** Waits until the stream is ACTIVE. */
  async active(name: string): Promise<StreamDescriptionSummary> {
    return this.until(async () => {
      const summary = await this.summary(name);
      return summary.StreamStatus === 'ACTIVE' ? summary : undefined;
    });
  }

  async summary(name: string): Promise<StreamDescriptionSummary> {
    const { StreamDescriptionSummary } = await this.client.describeStreamSummary({ StreamName: name });
    return StreamDescriptionSummary!;
  }

  /** Registers a consumer and waits until it is ACTIVE; returns its ARN. */
  async consumer(stream: TestStream, name: string): Promise<string> {
    const { Consumer } = await this.client.registerStreamConsumer({ StreamARN: stream.arn, ConsumerName: name });
    const ConsumerARN = Consumer!.ConsumerARN!;
    await this.until(async () => {
      const { ConsumerDescription } = await this.client.describeStreamConsumer({ ConsumerARN });
      return ConsumerDescription!.ConsumerStatus === 'ACTIVE' ? ConsumerARN : undefined;
    });
    return ConsumerARN;
  }

  /** Asks again and again until there is an answer. */
  async until<T>(ask: () => Promise<T | undefined>): Promise<T> {
    const untilMs = this.nowMs() + PATIENCE_MS;
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (this.nowMs() > untilMs) throw new Error(`nothing came within ${PATIENCE_MS} ms`);
      await this.sleep(500);
    }
  }

  /** Deletes what the rule has made; an endpoint that cannot is no concern of the rule. */
  async close(): Promise<void> {
    for (const StreamName of this.#made) {
      await this.client.deleteStream({ StreamName, EnforceConsumerDeletion: true }).catch(() => undefined);
    }
  }
}
