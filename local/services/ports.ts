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
