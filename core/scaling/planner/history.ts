// What the planner remembers of a stream: the highest demand of every five minutes, two weeks back, and the features by
// which a moment of the past is found to resemble the present.

/** Minutes of one slot. */
export const SLOT_MINUTES = 5;
export const SLOTS_PER_DAY = 1_440 / SLOT_MINUTES;
/** Slots that "the level of the last hour" means over. */
export const LEVEL_SLOTS = 12;

/** Two weeks; a day more is kept so that the oldest is dropped once a day and not every five minutes. */
const HISTORY_SLOTS = 14 * SLOTS_PER_DAY;

/** Below this many shards, differences of load mean nothing. */
const LOAD_FLOOR = 0.3;

/** Demand per slot in thousandths of a shard. */
export interface History {
  /** Number of the first slot, counted in slots since minute 0. */
  readonly firstSlot: number;
  readonly peaks: readonly number[];
}

/** Columns over the slots of a history. */
export interface Features {
  /** Demand in shards. */
  readonly peak: Float64Array;
  /** Logarithm of the slot's demand. */
  readonly short: Float64Array;
  /** Mean over the hour up to the slot, and its logarithm. */
  readonly level: Float64Array;
  readonly long: Float64Array;
  readonly highest: number;
}

export const EMPTY_HISTORY: History = { firstSlot: 0, peaks: [] };

export function logLoad(shards: number): number {
  return Math.log(shards + LOAD_FLOOR);
}

/** How far a level is above another, as a factor that small loads do not blow up. */
export function levelRatio(now: number, then: number): number {
  return (now + LOAD_FLOOR) / (then + LOAD_FLOOR);
}

/** Adds the demand of `slot`; slots without data hold the value before. */
export function appendSlot(history: History, slot: number, shards: number): History {
  const peak = Math.round(shards * 1_000);
  if (history.peaks.length === 0) return { firstSlot: slot, peaks: [peak] };
  const gap = Math.min(slot - history.firstSlot - history.peaks.length, HISTORY_SLOTS);
  const before = history.peaks[history.peaks.length - 1]!;
  let peaks = [...history.peaks, ...new Array<number>(Math.max(0, gap)).fill(before), peak];
  let firstSlot = slot - peaks.length + 1;
  const features = known.get(history);
  let extended = features === undefined ? undefined : extend(features, peaks);
  if (peaks.length > HISTORY_SLOTS + SLOTS_PER_DAY) {
    peaks = peaks.slice(-HISTORY_SLOTS);
    firstSlot = slot - peaks.length + 1;
    extended = undefined;
  }
  const next = { firstSlot, peaks };
  if (extended !== undefined) known.set(next, extended);
  return next;
}

/** Columns of a history, worked out once. */
export function featuresOf(history: History): Features {
  const found = known.get(history);
  if (found !== undefined) return found;
  const empty = new Float64Array(0);
  const features = extend({ peak: empty, short: empty, level: empty, long: empty, highest: 0 }, history.peaks);
  known.set(history, features);
  return features;
}

/** Mean of `now` and of the slots before it that make up the hour. */
export function levelWith({ peak }: Features, now: number): number {
  const before = Math.min(peak.length, LEVEL_SLOTS - 1);
  let sum = now;
  for (let at = peak.length - before; at < peak.length; at += 1) sum += peak[at]!;
  return sum / (before + 1);
}

// A history is never changed once made, so what follows from it may be kept beside it.
const known = new WeakMap<History, Features>();

function extend(features: Features, peaks: readonly number[]): Features {
  const longer = (column: Float64Array) => {
    const next = new Float64Array(peaks.length);
    next.set(column);
    return next;
  };
  const from = features.peak.length;
  const peak = longer(features.peak);
  const short = longer(features.short);
  const level = longer(features.level);
  const long = longer(features.long);
  let highest = features.highest;
  for (let at = from; at < peaks.length; at += 1) {
    peak[at] = peaks[at]! / 1_000;
    short[at] = logLoad(peak[at]!);
    let sum = 0;
    const first = Math.max(0, at - LEVEL_SLOTS + 1);
    for (let slot = first; slot <= at; slot += 1) sum += peak[slot]!;
    level[at] = sum / (at - first + 1);
    long[at] = logLoad(level[at]!);
    highest = Math.max(highest, peak[at]!);
  }
  return { peak, short, level, long, highest };
}
