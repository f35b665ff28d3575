// Kinesis: nearly every action is on the stream, some are on one of its consumers.
import { streamOfPageToken } from '../../engine/operations/page-token.js';
import { streamOfIterator } from '../../engine/operations/shard-iterator.js';
import { withoutMark } from '../../faults/engine-life.js';
import { arnOf, type Input, type ReadClaims } from './claim.js';

const WITHOUT_RESOURCE = new Set(['ListStreams', 'DescribeLimits', 'DescribeAccountSettings', 'UpdateAccountSettings']);

/** The one that a consumer's ARN, a stream's ARN or name, an iterator or a page's token leads to. */
export const kinesisClaims: ReadClaims = (operation, input) => {
  const action = `kinesis:${operation}`;
  if (WITHOUT_RESOURCE.has(operation)) return [{ action, resource: '*' }];
  const resource = resourceOf(input);
  return resource === undefined ? [] : [{ action, resource }];
};

function resourceOf(input: Input): string | undefined {
  const { ConsumerARN, ResourceARN, StreamARN, StreamName, ShardIterator, NextToken } = input;
  if (ConsumerARN !== undefined) return withoutCreation(String(ConsumerARN));
  if (ResourceARN !== undefined) return withoutCreation(String(ResourceARN));
  // What an iterator leads to is what is read, whatever stands beside it.
  const read = ShardIterator === undefined ? undefined : streamOfIterator(withoutMark(String(ShardIterator)));
  const named = read ?? StreamARN ?? StreamName ?? streamOfPageToken(NextToken);
  if (named === undefined) return undefined;
  return arnOf('kinesis', 'stream/', named);
}

/** A template does not know when its consumers will be created: their ARNs are compared without that. */
export function withoutCreation(arn: string): string {
  return arn.includes('/consumer/') ? `${arn.slice(0, arn.lastIndexOf(':'))}:0` : arn;
}
