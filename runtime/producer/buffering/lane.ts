// A line of records that are put one after the other: of a shard, of some of its keys, or of one key.

import type { ShardChannel } from '../shards/shard-channel.js';
import { RecordQueue } from './record-queue.js';

/** How a lane's records become records of the stream. */
export type LaneKind =
  /** Each by itself. */
  | 'single'
  /** Together, routed by the hash of the first of them: right as long as they belong to one shard. */
  | 'shard'
  /** Together, under the key that all of them have: right whatever the shards are. */
  | 'key';

/** What tells a lane from the others of its shard. */
export interface LanePlan {
  readonly name: string;
  readonly kind: LaneKind;
  /** Partition key of its aggregated records. */
  readonly outerKey: string;
}

export class Lane implements LanePlan {
  readonly channel: ShardChannel;
  readonly name: string;
  readonly kind: LaneKind;
  readonly outerKey: string;
  readonly queue = new RecordQueue();
  /** Entries of it that are in a call, or whose shard is in question. */
  outstanding = 0;
  /** Groups of its records that wait for another try. */
  parked = 0;

  constructor(channel: ShardChannel, { name, kind, outerKey }: LanePlan) {
    this.channel = channel;
    this.name = name;
    this.kind = kind;
    this.outerKey = outerKey;
  }

  get isIdle(): boolean {
    return this.queue.length === 0 && this.outstanding === 0 && this.parked === 0;
  }
}
