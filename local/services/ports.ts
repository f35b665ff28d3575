/** Stores objects; the lab's S3 as its other parts see it. */
export interface ObjectStore {
  put(bucket: string, key: string, body: Uint8Array): Promise<void>;
}

/** Publishes to a topic of the template. */
export interface TopicService {
  publish(topicArn: string, message: { readonly subject?: string; readonly body: string }): Promise<void>;
}

/** Sends to a queue of the template. */
export interface QueueService {
  send(queueArn: string, body: string): Promise<void>;
}

/** A call from outside, as the service has read it. */
export interface ServiceCall {
  readonly headers: { readonly authorization?: string | string[] | undefined };
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Throws the service's own refusal when the owner of the call's access key may not make it. */
export type Authorize = (call: ServiceCall) => void;
