// A stream in memory that a replay reads, with the lineage of its shards, and a target that keeps what it is given.
import type { LineageShard, ReplayStart } from '../../runtime/replay/plan-replay.js';
import type {
  ReplayReader,
  ReplayRecord,
  ReplayTarget,
  ReplayTimer,
  StoredRecord,
} from '../../runtime/replay/ports.js';

/** Time that passes only by waiting. */
export function aTimer(): ReplayTimer & { readonly waits: number[] } {
  let nowMs = 0;
  const waits: number[] = [];
  return {
    waits,
    nowMs: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
      waits.push(ms);
    },
  };
}

export interface FakeShard extends LineageShard {
  readonly records: readonly StoredRecord[];
  readonly closed?: boolean;
}

export function aRecord(shardId: string, number: number, key: string, arrivalMs: number, data = key): StoredRecord {
  return { shardId, sequenceNumber: String(number), partitionKey: key, data: Buffer.from(data), arrivalMs };
}

/** Reads `shards`; `disturb` may answer a page in their place. */
export function aReader(
  shards: readonly FakeShard[],
  disturb: () => 'throttled' | 'expired' | undefined = () => undefined,
): ReplayReader & { pages: number } {
  const find = (shardId: string) => shards.find((shard) => shard.shardId === shardId)!;
  return {
    pages: 0,
    nowMs: () => Number.MAX_SAFE_INTEGER,
    close: () => undefined,
    expiredUntilMs: async () => 0,
    listShards: async () => shards,
    findPlace: async (shardId, start) => String(find(shardId).records.findIndex((record) => isAtStart(record, start))),
    async readPage(shardId, place, limit) {
      this.pages += 1;
      const kind = disturb();
      if (kind) return { kind };
      const { records, closed } = find(shardId);
      const from = Number(place) < 0 ? records.length : Number(place);
      const page = records.slice(from, from + limit);
      const end = from + page.length;
      const isOver = closed === true && end >= records.length;
      const millisBehind = end < records.length ? 1_000 : 0;
      return { kind: 'page', page: { records: page, millisBehind, ...(!isOver && { next: String(end) }) } };
    },
  };
}

function isAtStart({ arrivalMs, sequenceNumber }: StoredRecord, start: ReplayStart): boolean {
  if (start.kind === 'time') return arrivalMs >= start.atMs;
  const [number, from] = [Number(sequenceNumber), Number(start.sequenceNumber)];
  return start.kind === 'at' ? number >= from : number > from;
}

/** Keeps the records of each batch; `refuse` gives them up, or throws. */
export function aTarget(refuse: (record: ReplayRecord) => boolean = () => false) {
  const batches: ReplayRecord[][] = [];
  const target: ReplayTarget = {
    async deliver(records) {
      const failed = records.filter(refuse).flatMap(({ chosen }) => chosen);
      batches.push([...records]);
      return { failed: failed.map(({ origin }) => ({ origin, reason: 'refused' })) };
    },
    close: async () => undefined,
  };
  return { target, batches, records: () => batches.flat() };
}
