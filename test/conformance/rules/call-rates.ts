// Rules of how often operations may be called.
import { between, equal } from '../expect.js';
import { FIRST_SHARD } from '../records.js';
import { api, type Rule } from '../rule.js';

export const callRateRules: readonly Rule[] = [
  {
    rule: 'DescribeLimits more than once a second: LimitExceededException',
    source: api('DescribeLimits'),
    plane: 'control',
    run: ({ client }) => limited(6, () => client.describeLimits({}), 'LimitExceededException'),
  },
  {
    rule: 'ListStreams more than five times a second: LimitExceededException',
    source: api('ListStreams'),
    plane: 'control',
    run: ({ client }) => limited(30, () => client.listStreams({}), 'LimitExceededException'),
  },
  {
    rule: 'DescribeStream more than ten times a second: LimitExceededException',
    source: api('DescribeStream'),
    plane: 'control',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      await limited(60, () => subject.client.describeStream({ StreamName }), 'LimitExceededException');
    },
  },
  {
    rule: 'GetShardIterator more than five times a second for a shard: ProvisionedThroughputExceededException',
    source: api('GetShardIterator'),
    plane: 'data',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      const input = { StreamName, ShardId: FIRST_SHARD, ShardIteratorType: 'LATEST' } as const;
      await limited(40, () => subject.client.getShardIterator(input), 'ProvisionedThroughputExceededException');
    },
  },
];

/** Calls so often at once that some must be refused, all with this error. */
async function limited(calls: number, call: () => Promise<unknown>, name: string): Promise<void> {
  const outcomes = await Promise.allSettled(Array.from({ length: calls }, call));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  // First what they were refused with: a dead endpoint refuses too.
  for (const { reason } of refused) equal(reason.name, name, 'error');
  between(refused.length, 1, calls - 1, `refused of ${calls}`);
}
