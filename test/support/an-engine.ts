import type { _Record } from '@aws-sdk/client-kinesis';
import type { EngineOptions } from '../../local/engine/context.js';
import { createKinesisEngine, type KinesisEngine } from '../../local/engine/engine.js';
import { ManualClock } from './manual-clock.js';
import { RecordedMetrics } from './recorded-metrics.js';

export const STREAM = 'readings';

/** An engine at a standing clock, with one ACTIVE stream. */
export function anEngine(
  options: Partial<Omit<EngineOptions, 'clock' | 'metrics'>> & { readonly shards?: number } = {},
): { engine: KinesisEngine; clock: ManualClock; metrics: RecordedMetrics } {
  const { shards = 1, ...rest } = options;
  const clock = new ManualClock();
  const metrics = new RecordedMetrics();
  const identity = { accountId: '000000000000', region: 'us-east-1' };
  const engine = createKinesisEngine({ clock, metrics, identity, ...rest });
  // One with a data directory may have it already.
  if (!engine.hasStream(STREAM)) engine.openStream({ StreamName: STREAM, ShardCount: shards });
  return { engine, clock, metrics };
}

/** Puts one record of this text and returns where it went. */
export async function putText(engine: KinesisEngine, text: string, partitionKey = text) {
  return engine.PutRecord({ StreamName: STREAM, Data: Buffer.from(text), PartitionKey: partitionKey });
}

/** Every record of one shard that is there now, by polling from the trim horizon. */
export async function readShard(engine: KinesisEngine, shardId: string, streamName = STREAM): Promise<_Record[]> {
  const { ShardIterator } = await engine.GetShardIterator({
    StreamName: streamName,
    ShardId: shardId,
    ShardIteratorType: 'TRIM_HORIZON',
  });
  const records: _Record[] = [];
  for (let iterator = ShardIterator; iterator; ) {
    const page = await engine.GetRecords({ ShardIterator: iterator });
    records.push(...page.Records!);
    if (page.MillisBehindLatest === 0) break;
    iterator = page.NextShardIterator;
  }
  return records;
}

export function textOf(record: _Record): string {
  return Buffer.from(record.Data!).toString('utf8');
}
