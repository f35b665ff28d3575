// What the planner remembers of a stream: the highest demand of every five minutes, two weeks back, and the features by
// which a moment of the past is found to resemble the present.

/** Minutes of one slot. */
export const SLOT_MINUTES = 5;
export const SLOTS_PER_DAY = 1_440 / SLOT_MINUTES;
/** Slots that "the level of the last hour" means over. */
export const LEVEL_SLOTS = 12;

/** Two weeks; a day more is kept so that the oldest is dropped once a day and not every five minutes. */
const HISTORY_SLOTS = 14 * SLOTS_PER_DAY;

/** Differences of load mean nothing below this share of the highest load; in powers of two, so that it seldom moves. */
const FLOOR_SHARE = 1 / 128;
const LEAST_FLOOR = 1 / 64;

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
  /** Load that is added to every load before it is compared. */
  readonly floor: number;
}

export const EMPTY_HISTORY: History = { firstSlot: 0, peaks: [] };

export function logLoad({ floor }: Pick<Features, 'floor'>, shards: number): number {
  return Math.log(shards + floor);
}

/** How far a level is above another, as a factor that small loads do not blow up. */
export function levelRatio({ floor }: Features, now: number, then: number): number {
  return (now + floor) / (then + floor);
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
  const features = extend(NO_FEATURES, history.peaks);
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

const NOTHING = new Float64Array(0);
const NO_FEATURES: Features = {
  peak: NOTHING,
  short: NOTHING,
  level: NOTHING,
  long: NOTHING,
  highest: 0,
  floor: LEAST_FLOOR,
};

function extend(known: Features, peaks: readonly number[]): Features {
  const highest = highestOf(known, peaks);
  const floor = floorFor(highest);
  // Another floor changes every logarithm.
  const features = floor === known.floor ? known : NO_FEATURES;
  const longer = (column: Float64Array) => {
    const next = new Float64Array(peaks.length);
    next.set(column);
    return next;
  };
  const peak = longer(features.peak);
  const short = longer(features.short);
  const level = longer(features.level);
  const long = longer(features.long);
  for (let at = features.peak.length; at < peaks.length; at += 1) {
    peak[at] = peaks[at]! / 1_000;
    short[at] = logLoad({ floor }, peak[at]!);
    let sum = 0;
    const first = Math.max(0, at - LEVEL_SLOTS + 1);
    for (let slot = first; slot <= at; slot += 1) sum += peak[slot]!;
    level[at] = sum / (at - first + 1);
    long[at] = logLoad({ floor }, level[at]!);
  }
  return { peak, short, level, long, highest, floor };
}

function highestOf({ peak, highest }: Features, peaks: readonly number[]): number {
  let high = highest * 1_000;
  for (let at = peak.length; at < peaks.length; at += 1) high = Math.max(high, peaks[at]!);
  return high / 1_000;
}

function floorFor(highest: number): number {
  return Math.max(LEAST_FLOOR, 2 ** Math.round(Math.log2(Math.max(highest, LEAST_FLOOR) * FLOOR_SHARE)));
}
