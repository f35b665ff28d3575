// Records that wait for another try, out of their lanes until their time comes.
import type { Lane } from '../buffering/lane.js';
import type { PendingRecord } from '../buffering/record-queue.js';
import type { Router } from '../shards/router.js';

interface Group {
  readonly lane: Lane;
  readonly pendings: readonly PendingRecord[];
  readonly atMs: number;
}

export class WaitingRoom {
  readonly #router: Router;
  #groups: Group[] = [];

  constructor(router: Router) {
    this.#router = router;
  }

  /** When the next group's time comes. */
  get nextAtMs(): number {
    return this.#groups.reduce((least, { atMs }) => Math.min(least, atMs), Number.POSITIVE_INFINITY);
  }

  /** Keeps records until the time that `atMs` gives for each group of one lane. */
  keep(pendings: Iterable<PendingRecord>, nowMs: number, atMs: (group: readonly PendingRecord[]) => number): void {
    for (const [lane, group] of this.#router.regroup(pendings, nowMs)) {
      lane.parked += 1;
      this.#groups.push({ lane, pendings: group, atMs: atMs(group) });
      lane.channel.settleLane(lane);
    }
  }

  /** Puts those whose time has come back to the front of their lanes. */
  release(nowMs: number): void {
    if (this.nextAtMs > nowMs) return;
    const due = this.#groups.filter(({ atMs }) => atMs <= nowMs);
    this.#groups = this.#groups.filter(({ atMs }) => atMs > nowMs);
    for (const { lane, pendings } of due) {
      lane.parked -= 1;
      lane.queue.putBack(pendings);
      lane.channel.settleLane(lane);
    }
  }

  /** Takes out the records that `isWanted` says yes to. */
  take(isWanted: (pending: PendingRecord) => boolean): PendingRecord[] {
    const taken: PendingRecord[] = [];
    this.#groups = this.#groups.flatMap(({ lane, pendings, atMs }) => {
      const rest = pendings.filter((pending) => !isWanted(pending));
      if (rest.length === pendings.length) return [{ lane, pendings, atMs }];
      taken.push(...pendings.filter(isWanted));
      if (rest.length > 0) return [{ lane, pendings: rest, atMs }];
      lane.parked -= 1;
      lane.channel.settleLane(lane);
      return [];
    });
    return taken;
  }

  /** Moves everything to where it belongs after `change` has moved the lanes. */
  around(change: () => void, nowMs: number): void {
    const groups = this.#groups;
    this.#groups = [];
    for (const { lane } of groups) lane.parked -= 1;
    change();
    for (const { lane, pendings, atMs } of groups) {
      this.keep(pendings, nowMs, () => atMs);
      lane.channel.settleLane(lane);
    }
  }
}
