// A failure queue on SQS. The SDK stops here.
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { keepAliveHandler } from '../../transport/keep-alive-handler.js';
import type { FailureQueue } from './ports.js';

export interface AwsFailureQueueOptions {
  readonly queueUrl: string;
  /** @default - AWS_ENDPOINT_URL_SQS, else the Region's own */
  readonly endpoint?: string;
  /** @default - as the SDK finds it */
  readonly region?: string;
  /** @default - as the SDK finds them */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const MESSAGES = 10;
/** Longer than it takes to redrive one call's messages. */
const HIDDEN_SECONDS = 900;

/** Makes the port to one queue. */
export function awsFailureQueue({ queueUrl: QueueUrl, ...target }: AwsFailureQueueOptions): FailureQueue {
  const client = new SQSClient({ ...target, requestHandler: keepAliveHandler() });
  return {
    close: () => client.destroy(),
    async receive() {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: MESSAGES, VisibilityTimeout: HIDDEN_SECONDS }),
      );
      return Messages.map(({ Body = '', ReceiptHandle = '' }) => ({ body: Body, receipt: ReceiptHandle }));
    },
    async remove(ReceiptHandle) {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
  };
}
