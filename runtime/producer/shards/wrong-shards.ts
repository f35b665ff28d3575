// Aggregated records that another shard has stored than the one expected: a reshard came between. The KCL drops such a
// record whole if any of its user records belongs to another shard, so it is looked up where they do belong.
import { isWithin } from '../../../core/sharding/shard-map.js';
import type { PendingRecord } from '../buffering/record-queue.js';
import type { GivenUp } from '../outcomes/settler.js';
import type { ProducerParts } from '../producer-parts.js';
import type { Entry } from '../sending/take-entry.js';

/** A stored record whose shard is in question. */
export interface Doubt {
  readonly entry: Entry;
  readonly shardId: string;
  readonly sequenceNumber: string;
}

const WRONG_SHARD: GivenUp = {
  errorCode: 'WrongShard',
  message: 'put record failed: stored outside its shard, and not put again before its time was up',
};

export class WrongShards {
  readonly #parts: ProducerParts;
  #doubts: Doubt[] = [];

  constructor(parts: ProducerParts) {
    this.#parts = parts;
  }

  /** Whether the user records of an entry may not belong to the shard that has stored it. */
  isDoubtful({ lane, pendings }: Entry, shardId: string): boolean {
    const { directory, settings } = this.#parts;
    const expected = lane.channel.shardId;
    if (!directory || expected === undefined || expected === shardId) return false;
    // Whatever comes of this record, the shards are not what they were.
    if (!directory.map?.get(shardId)) directory.doubt();
    return lane.kind === 'shard' && pendings.length > 1 && settings.wrongShard === 'put-again';
  }

  /** Keeps an entry until the shards are known better. */
  hold(doubt: Doubt): void {
    if (this.#parts.directory?.find(doubt.shardId)) this.#judge(doubt);
    else this.#doubts.push(doubt);
  }

  /** Judges what is kept, by what the shards are known to be now. */
  judge(): void {
    const doubts = this.#doubts;
    this.#doubts = [];
    for (const doubt of doubts) this.#judge(doubt);
  }

  /** Gives up on entries of which `isWanted` says yes to a record. */
  giveUp(isWanted: (pending: PendingRecord) => boolean): void {
    const { settler, router } = this.#parts;
    const given = this.#doubts.filter(({ entry }) => entry.pendings.some(isWanted));
    if (given.length === 0) return;
    this.#doubts = this.#doubts.filter((doubt) => !given.includes(doubt));
    for (const { entry } of given) {
      settler.giveUp(entry.pendings, WRONG_SHARD);
      router.settle(entry.lane);
    }
  }

  #judge({ entry, shardId, sequenceNumber }: Doubt): void {
    const { directory, settler, router, room, ports, tally, events } = this.#parts;
    const { lane, pendings } = entry;
    const stored = directory?.find(shardId);
    const isPutAgain = !stored || pendings.some(({ hash }) => !isWithin(stored, hash));
    events.emit({
      type: 'wrong-shard',
      expectedShardId: lane.channel.shardId ?? '',
      shardId,
      records: pendings.length,
      isPutAgain,
    });
    if (isPutAgain) {
      tally.putAgain += pendings.length;
      // Where even a new listing does not name the shard, each record finds its own way.
      for (const pending of pendings) pending.alone ||= !stored;
      const nowMs = ports.nowMs();
      room.keep(pendings, nowMs, () => nowMs);
    } else {
      pendings.forEach((pending, at) => {
        settler.put(pending, shardId, sequenceNumber, entry.isAggregated ? at : undefined);
      });
    }
    router.settle(lane);
  }
}
