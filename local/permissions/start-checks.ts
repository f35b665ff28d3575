// What the services check of a role before they take it: whether it trusts them, and whether it may do what a mapping
// or a delivery of its kind is documented to need. What fails here fails a deployment, or the first call after it.
// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
// https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html
import { sourceActorArn } from '../template/access-model.js';
import type { DeliveryModel, EventSourceMappingModel, PlatformModel } from '../template/model.js';
import { labArn } from '../template/resource-type.js';
import type { Claim } from './calls/claim.js';
import { withoutCreation } from './calls/kinesis.js';
import type { PermissionGuard } from './guard.js';

const ON_STREAM = ['DescribeStream', 'DescribeStreamSummary', 'ListShards'];
const POLLING = [...ON_STREAM, 'GetRecords', 'GetShardIterator'];
const ON_CONSUMER = ['DescribeStreamConsumer', 'SubscribeToShard'];
const DELIVERY_SOURCE = ['DescribeStream', 'GetShardIterator', 'GetRecords', 'ListShards'];
const DELIVERY_BUCKET = ['GetBucketLocation', 'ListBucket', 'ListBucketMultipartUploads'];

/** One sentence for each thing that a role of the template may not do though its function or delivery needs it. */
export function checkRoles(guard: PermissionGuard, model: PlatformModel): string[] {
  const check = (path: string, actorArn: string, claims: readonly Claim[]) =>
    guard.check(guard.actor(actorArn), claims).map((refusal) => `${refusal} [${path}]`);
  return [
    ...model.access.actors.flatMap(({ path, arn, roleArn }) => checkTrust(guard, path, arn, roleArn)),
    ...model.eventSourceMappings.flatMap((mapping) => {
      const fn = model.functions.find(({ name }) => name === mapping.functionName);
      return [...(fn ? check(mapping.path, fn.arn, mappingClaims(mapping)) : []), ...checkFilters(guard, mapping)];
    }),
    ...model.deliveries.flatMap((delivery) => [
      ...check(delivery.path, sourceActorArn(delivery.arn), each('kinesis', DELIVERY_SOURCE, delivery.streamArn)),
      ...check(delivery.path, delivery.arn, deliveryClaims(delivery)),
    ]),
  ];
}

function checkTrust(guard: PermissionGuard, path: string, arn: string, roleArn: string): string[] {
  const service = `${arn.split(':')[2]}.amazonaws.com`;
  const caller = { kind: 'service', service, sourceArn: arn.replace(/\/source$/, '') } as const;
  return guard.check(caller, [{ action: 'sts:AssumeRole', resource: roleArn }]).map((text) => `${text} [${path}]`);
}

/** Lambda itself decrypts the filters of a mapping. */
function checkFilters(guard: PermissionGuard, { path, uuid }: EventSourceMappingModel): string[] {
  const sourceArn = labArn('lambda', `event-source-mapping:${uuid}`);
  const resource = guard.keyOf(sourceArn);
  if (resource === undefined) return [];
  const lambda = { kind: 'service', service: 'lambda.amazonaws.com', sourceArn } as const;
  return guard.check(lambda, [{ action: 'kms:Decrypt', resource }]).map((refusal) => `${refusal} [${path}]`);
}

function mappingClaims({ eventSourceArn, onFailureArn, uuid }: EventSourceMappingModel): Claim[] {
  const streamArn = eventSourceArn.split('/consumer/')[0]!;
  const fanOut = streamArn !== eventSourceArn;
  return [
    ...each('kinesis', fanOut ? ON_STREAM : POLLING, streamArn),
    ...(fanOut ? each('kinesis', ON_CONSUMER, withoutCreation(eventSourceArn)) : []),
    ...(onFailureArn === undefined ? [] : destinationClaims(onFailureArn, uuid)),
  ];
}

function destinationClaims(arn: string, mappingUuid: string): Claim[] {
  const service = arn.split(':')[2];
  if (service === 'sqs') return each('sqs', ['SendMessage'], arn);
  if (service === 'sns') return each('sns', ['Publish'], arn);
  return [...each('s3', ['ListBucket'], arn), ...each('s3', ['PutObject'], `${arn}/aws/lambda/${mappingUuid}/`)];
}

function deliveryClaims({ bucket, transform }: DeliveryModel): Claim[] {
  return [
    ...each('s3', DELIVERY_BUCKET, `arn:aws:s3:::${bucket}`),
    ...(transform ? each('lambda', ['InvokeFunction'], transform.functionArn) : []),
  ];
}

function each(service: string, operations: readonly string[], resource: string): Claim[] {
  return operations.map((operation) => ({ action: `${service}:${operation}`, resource }));
}
