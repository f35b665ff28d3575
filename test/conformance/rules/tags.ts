// Rules of tags, in their older and newer operations, and of resource policies.
import { equal, INVALID, refuses } from '../expect.js';
import { api, type Rule } from '../rule.js';

export const tagRules: readonly Rule[] = [
  {
    rule: 'AddTagsToStream, ListTagsForStream and RemoveTagsFromStream keep tags by key',
    source: api('AddTagsToStream'),
    plane: 'control',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      const { client } = subject;
      await client.addTagsToStream({ StreamName, Tags: { a: '1', b: '2' } });
      await client.addTagsToStream({ StreamName, Tags: { b: '3' } });
      const all = await client.listTagsForStream({ StreamName });
      const sorted = [...all.Tags!].sort((x, y) => (x.Key! < y.Key! ? -1 : 1));
      equal(sorted, [tag('a', '1'), tag('b', '3')], 'tags');
      await client.removeTagsFromStream({ StreamName, TagKeys: ['a'] });
      equal((await client.listTagsForStream({ StreamName })).Tags, [tag('b', '3')], 'tags left');
    },
  },
  {
    rule: 'ListTagsForStream pages by Limit and ExclusiveStartTagKey',
    source: api('ListTagsForStream'),
    plane: 'control',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      await subject.client.addTagsToStream({ StreamName, Tags: { a: '1', b: '2', c: '3' } });
      const first = await subject.client.listTagsForStream({ StreamName, Limit: 2 });
      equal([first.Tags!.length, first.HasMoreTags], [2, true], 'first page');
      const ExclusiveStartTagKey = first.Tags![1]!.Key!;
      const rest = await subject.client.listTagsForStream({ StreamName, ExclusiveStartTagKey });
      equal([rest.Tags!.length, rest.HasMoreTags], [1, false], 'second page');
    },
  },
  {
    rule: 'A stream has at most 50 tags',
    source: api('AddTagsToStream'),
    plane: 'control',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      const some = (prefix: string, count: number) =>
        Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, 'x']));
      await subject.client.addTagsToStream({ StreamName, Tags: some('a', 50) });
      const more = subject.client.addTagsToStream({ StreamName, Tags: some('b', 1) });
      await refuses(more, 'InvalidArgumentException', 'LimitExceededException');
    },
  },
  {
    rule: 'TagResource, ListTagsForResource and UntagResource work on a stream',
    source: api('TagResource'),
    plane: 'control',
    async run(subject) {
      const { arn: ResourceARN } = await subject.stream();
      const { client } = subject;
      await client.tagResource({ ResourceARN, Tags: { a: '1', b: '2' } });
      await client.untagResource({ ResourceARN, TagKeys: ['a'] });
      equal((await client.listTagsForResource({ ResourceARN })).Tags, [tag('b', '2')], 'tags');
    },
  },
  {
    rule: 'TagResource works on a registered consumer',
    source: api('TagResource'),
    plane: 'control',
    async run(subject) {
      const ResourceARN = await subject.consumer(await subject.stream(), 'reader');
      await subject.client.tagResource({ ResourceARN, Tags: { a: '1' } });
      equal((await subject.client.listTagsForResource({ ResourceARN })).Tags, [tag('a', '1')], 'tags');
    },
  },
  {
    rule: 'PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy keep a policy',
    source: api('PutResourcePolicy'),
    plane: 'control',
    async run(subject) {
      const { arn: ResourceARN } = await subject.stream();
      const account = ResourceARN.split(':')[4]!;
      const Policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'readers',
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${account}:root` },
            Action: ['kinesis:DescribeStreamSummary', 'kinesis:GetRecords'],
            Resource: ResourceARN,
          },
        ],
      });
      const { client } = subject;
      await client.putResourcePolicy({ ResourceARN, Policy });
      const kept = await client.getResourcePolicy({ ResourceARN });
      equal(JSON.parse(kept.Policy!), JSON.parse(Policy), 'policy');
      await client.deleteResourcePolicy({ ResourceARN });
    },
  },
  {
    rule: 'PutResourcePolicy of a text that is no policy is refused',
    source: api('PutResourcePolicy'),
    plane: 'control',
    async run(subject) {
      const { arn: ResourceARN } = await subject.stream();
      const call = subject.client.putResourcePolicy({ ResourceARN, Policy: 'no policy' });
      await refuses(call, ...INVALID);
    },
  },
];

function tag(Key: string, Value: string) {
  return { Key, Value };
}
