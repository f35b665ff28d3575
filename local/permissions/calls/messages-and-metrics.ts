// SNS, SQS and CloudWatch.
import { arnOf, type ReadClaims } from './claim.js';

/** Batches are judged as the single call, as AWS does. */
const single = (operation: string) => operation.replace(/Batch$/, '');

export const snsClaims: ReadClaims = (operation, { TopicArn }) =>
  TopicArn ? [{ action: `sns:${single(operation)}`, resource: String(TopicArn) }] : [];

export const sqsClaims: ReadClaims = (operation, { QueueUrl }) => {
  const name = String(QueueUrl ?? '')
    .split('/')
    .at(-1);
  return name ? [{ action: `sqs:${single(operation)}`, resource: arnOf('sqs', '', name) }] : [];
};

/** Metrics have no ARNs: their actions are on everything, at most limited to a namespace. */
export const cloudwatchClaims: ReadClaims = (operation, { Namespace }) => [
  {
    action: `cloudwatch:${operation}`,
    resource: operation === 'DescribeAlarms' ? arnOf('cloudwatch', 'alarm:', '*') : '*',
    ...(operation === 'PutMetricData' ? { context: { 'cloudwatch:namespace': String(Namespace) } } : {}),
  },
];
