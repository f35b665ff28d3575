// All shards of a stream, page by page.
import {
  type KinesisClient,
  ListShardsCommand,
  type ListShardsCommandInput,
  type Shard,
} from '@aws-sdk/client-kinesis';
import { LIST_SHARDS_DEFAULT_RESULTS } from '../../core/limits.js';

/** Lists the shards that `input` asks for; rejects as the call does. */
export async function listShards(client: KinesisClient, input: ListShardsCommandInput): Promise<Shard[]> {
  const shards: Shard[] = [];
  let page = input;
  for (;;) {
    const output = await client.send(new ListShardsCommand({ ...page, MaxResults: LIST_SHARDS_DEFAULT_RESULTS }));
    shards.push(...(output.Shards ?? []));
    if (output.NextToken === undefined) return shards;
    page = { NextToken: output.NextToken };
  }
}
