// What the service does without being asked, once a minute: on-demand streams are sized, records past their retention
// go, also from shards that nobody writes to, and so do closed shards that have nothing left.
import { ACCOUNT_SHARDS_QUOTA_LARGE_REGIONS, METRIC_PERIOD_MS } from '../../../core/limits.js';
import type { EngineContext } from '../context.js';

/** Does it from now on, until the engine is closed. */
export function keepUp(engine: EngineContext): void {
  engine.later(METRIC_PERIOD_MS, () => {
    review(engine);
    keepUp(engine);
  });
}

function review(engine: EngineContext): void {
  const nowMs = engine.clock.nowMs();
  const all = engine.streams.all();
  const open = all.reduce((sum, stream) => sum + stream.openShards.length, 0);
  const room = {
    spareShards: ACCOUNT_SHARDS_QUOTA_LARGE_REGIONS - open,
    delayMs: engine.timings.onDemandMs,
  };
  for (const stream of all) {
    const horizonMs = stream.horizonMs(nowMs);
    for (const shard of stream.shards) shard.log.trim(horizonMs);
    stream.dropExpiredShards(nowMs);
    if (stream.mode === 'ON_DEMAND' && stream.status === 'ACTIVE') stream.scaling.review(stream, room, nowMs);
  }
  engine.rates.prune(nowMs);
  engine.journal?.sweep().catch(() => undefined);
}
