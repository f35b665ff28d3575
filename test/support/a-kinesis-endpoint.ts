// The lab's engine behind its endpoint, in this process, for what puts and reads as a program from outside does.
import { createKinesisEngine, type KinesisEngine } from '../../local/engine/engine.js';
import { listenKinesis } from '../../local/engine/http/listen.js';
import { STREAM, textOf } from './an-engine.js';
import { ManualClock } from './manual-clock.js';

export interface KinesisAtEndpoint {
  readonly url: string;
  readonly engine: KinesisEngine;
  readonly clock: ManualClock;
  /** Texts of all records of the stream, shard by shard. */
  texts(): Promise<string[]>;
  close(): Promise<void>;
}

/** An endpoint without limits, at a standing clock near the wall's time, as the SDK looks at the reply's date. */
export async function aKinesisEndpoint(shards = 1): Promise<KinesisAtEndpoint> {
  const clock = new ManualClock(Date.now());
  const identity = { accountId: '000000000000', region: 'us-east-1' };
  const engine = createKinesisEngine({ clock, metrics: { put: () => undefined }, identity, enforceLimits: false });
  engine.openStream({ StreamName: STREAM, ShardCount: shards });
  const endpoint = await listenKinesis(engine, { clock, port: 0 });
  return {
    ...{ url: endpoint.url, engine, clock },
    async texts() {
      const { Shards = [] } = await engine.ListShards({ StreamName: STREAM });
      const texts: string[] = [];
      for (const { ShardId } of Shards) texts.push(...(await readTexts(engine, ShardId!)));
      return texts;
    },
    async close() {
      await endpoint.close();
      engine.close();
    },
  };
}

/** To the end, page by page: at a standing clock no page is behind the latest. */
async function readTexts(engine: KinesisEngine, shardId: string): Promise<string[]> {
  const place = { StreamName: STREAM, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
  const texts: string[] = [];
  for (let { ShardIterator } = await engine.GetShardIterator(place); ShardIterator; ) {
    const { Records = [], NextShardIterator } = await engine.GetRecords({ ShardIterator });
    if (Records.length === 0) break;
    texts.push(...Records.map(textOf));
    ShardIterator = NextShardIterator;
  }
  return texts;
}
