// Operations of the lab's SQS: send, receive, delete and count.
import { ServiceError } from '../../service-error.js';
import type { JsonOperation } from '../json-protocol.js';
import type { MemoryQueueService, QueueMessage } from './queue-service.js';

interface QueueInput {
  readonly QueueUrl?: string;
}

interface ReceiveInput extends QueueInput {
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
}

/** The operations, by name. */
export function sqsOperations(queues: MemoryQueueService): Readonly<Record<string, JsonOperation>> {
  return {
    async SendMessage(input: QueueInput & { readonly MessageBody?: string; readonly DelaySeconds?: number }) {
      if (input.DelaySeconds) throw refuse('SendMessage with DelaySeconds');
      const { messageId, md5 } = queues.put(queueName(input), input.MessageBody ?? '');
      return { MessageId: messageId, MD5OfMessageBody: md5 };
    },
    async ReceiveMessage(input: ReceiveInput) {
      const most = input.MaxNumberOfMessages ?? 1;
      if (!(most >= 1 && most <= 10)) {
        throw new ServiceError('InvalidParameterValue', `'MaxNumberOfMessages' must be 1 to 10, got ${most}`);
      }
      const visibilityMs = input.VisibilityTimeout === undefined ? undefined : input.VisibilityTimeout * 1000;
      return { Messages: queues.receive(queueName(input), most, visibilityMs).map(renderMessage) };
    },
    async DeleteMessage(input: QueueInput & { readonly ReceiptHandle?: string }) {
      queues.delete(queueName(input), input.ReceiptHandle ?? '');
      return {};
    },
    async GetQueueAttributes(input: QueueInput & { readonly AttributeNames?: readonly string[] }) {
      const name = queueName(input);
      const { visible, hidden } = queues.count(name);
      const all: Record<string, string> = {
        QueueArn: queues.arnOf(name),
        ApproximateNumberOfMessages: String(visible),
        ApproximateNumberOfMessagesNotVisible: String(hidden),
      };
      const wanted = input.AttributeNames ?? [];
      const attributes = Object.entries(all).filter(([key]) => wanted.includes('All') || wanted.includes(key));
      return { Attributes: Object.fromEntries(attributes) };
    },
  };
}

function queueName({ QueueUrl = '' }: QueueInput): string {
  return QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1);
}

function renderMessage(message: QueueMessage) {
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5,
    Body: message.body,
    Attributes: {
      SentTimestamp: String(message.sentMs),
      ApproximateReceiveCount: String(message.receiveCount),
    },
  };
}

function refuse(what: string): ServiceError {
  return new ServiceError('UnsupportedOperation', `the lab's SQS does not have ${what}`);
}
