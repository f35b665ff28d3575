// The forecast, as the planner uses it: for each stretch of the hours ahead and each shard count, the throttling to expect.
import type { Present } from './analogs.js';
import { type Features, levelRatio, SLOT_MINUTES } from './history.js';

/** Lengths of the stretches ahead, in minutes: fine where the planner must act soon, coarse where it only looks. */
export const STRETCH_MINUTES = [5, 5, 10, 10, 15, 15, 30, 30, 60, 60, 60, 60] as const;
export const STRETCHES = STRETCH_MINUTES.length;

/** Stretches of the first hour. */
export const HOUR_STRETCHES = 6;

/** Slots ahead that are looked at: all of the first hour, then every second, then every third. */
const LOOKED_AT: readonly (readonly [slotsAhead: number, stretch: number])[] = lookAhead();
const LOOKED_AT_IN_AN_HOUR = LOOKED_AT.filter(([, stretch]) => stretch < HOUR_STRETCHES).length;

/** How far a past hour's course is scaled to today's level. */
const SCALE_LEAST = 0.75;
const SCALE_MOST = 1.33;

/** What follows a past moment is taken as it was, and this much higher and lower. */
const BLUR = 0.08;

/** Shard counts that the planner tells apart: multiples of `step`. */
export interface Grid {
  readonly step: number;
  readonly size: number;
}

/** Rejected load (in shards) to expect at each count of the grid; row by stretch. */
export type Outlook = Float64Array;

/** Growth that is believed possible of any stream within an hour, as a factor, and how likely. */
const PRIOR: readonly (readonly [growth: number, probability: number])[] = [
  [0, 0.55],
  [0.1, 0.3],
  [0.25, 0.1],
  [0.5, 0.03],
  [1, 0.004],
  [2, 0.0005],
];

export interface Ahead {
  readonly features: Features;
  readonly present: Present;
  readonly demand: number;
  /** Weight of each past slot, and what is left of one for the prior. */
  readonly weights: Float64Array;
  readonly priorShare: number;
  readonly grid: Grid;
  /**
   * How much of its capacity the stream can use.
   *
   * @default 1
   */
  readonly usable?: number;
  /** Slots from a rise until the stream has followed it. */
  readonly reactionSlots: number;
  /** Stretches to fill: all of them or those of the first hour. */
  readonly stretches: number;
}

/** Works out what to expect: what followed the past moments that resemble the present, scaled to today's level. */
export function lookAt(ahead: Ahead): Outlook {
  const { features, present, demand, weights, priorShare, grid, stretches, usable = 1, reactionSlots } = ahead;
  const row = grid.size + 1;
  const mass = new Float64Array(stretches * row);
  const load = new Float64Array(stretches * row);
  const seen = new Float64Array(stretches);
  const { peak, level } = features;
  const slots = peak.length;
  const looks = stretches === STRETCHES ? LOOKED_AT.length : LOOKED_AT_IN_AN_HOUR;
  const most = grid.size;
  const perStep = 1 / grid.step;
  let carried = 0;
  for (let at = 0; at + 1 < slots; at += 1) {
    // Faint resemblances are many: of each few of them one stands for all.
    carried += weights[at]!;
    if (carried < SMALLEST_WEIGHT) continue;
    const weight = carried;
    carried = 0;
    const scale = Math.min(SCALE_MOST, Math.max(SCALE_LEAST, levelRatio(features, present.level, level[at]!))) / usable;
    // What the past course showed long enough before, the stream would have followed: it needs no shards beforehand.
    let shown = 0;
    let shownUpTo = at;
    for (let look = 0; look < looks; look += 1) {
      const slot = at + LOOK_SLOTS[look]!;
      if (slot >= slots) break;
      const value = peak[slot]! * scale;
      for (; shownUpTo < slot - reactionSlots; ) {
        shownUpTo += 1;
        shown = Math.max(shown, peak[shownUpTo]! * scale);
      }
      const stretch = LOOK_STRETCH[look]!;
      const cell = Math.floor(value * perStep);
      const index = stretch * row + Math.min(cell, most);
      mass[index]! += weight;
      load[index]! += weight * value;
      seen[stretch]! += weight;
      const followed = Math.min(shown, value);
      const followedAt = stretch * row + Math.min(most, Math.floor(followed * perStep));
      mass[followedAt]! -= weight;
      load[followedAt]! -= weight * followed;
    }
  }
  let minutes = 0;
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    minutes += STRETCH_MINUTES[stretch]!;
    const spread = Math.min(2, Math.sqrt(minutes / 60));
    const slotsSeen = LOOKS_OF_STRETCH[stretch]!;
    for (const [growth, probability] of PRIOR) {
      const value = (demand * (1 + growth * spread)) / usable;
      const weight = Math.max(priorShare, LEAST_PRIOR) * probability * slotsSeen;
      const index = stretch * row + Math.min(most, Math.floor(value * perStep));
      mass[index]! += weight;
      load[index]! += weight * value;
      seen[stretch]! += weight;
    }
  }
  return blur(excess(mass, load, seen, grid), grid);
}

/** Share of the forecast that one past slot must carry to be looked at by itself. */
const SMALLEST_WEIGHT = 1 / 250;
const LEAST_PRIOR = 1e-6;

function lookAhead(): (readonly [number, number])[] {
  const looks: (readonly [number, number])[] = [];
  let slot = 1;
  for (const [stretch, minutes] of STRETCH_MINUTES.entries()) {
    const slots = minutes / SLOT_MINUTES;
    const stride = stretch < HOUR_STRETCHES ? 1 : slots <= 6 ? 2 : 3;
    for (let at = 0; at < slots; at += stride) looks.push([slot + at, stretch]);
    slot += slots;
  }
  return looks;
}

const LOOK_SLOTS = Int32Array.from(LOOKED_AT, ([slots]) => slots);
const LOOK_STRETCH = Int32Array.from(LOOKED_AT, ([, stretch]) => stretch);
const LOOKS_OF_STRETCH = STRETCH_MINUTES.map((_, at) => LOOKED_AT.filter(([, stretch]) => stretch === at).length);

/** From how likely each load is to how much of it a count leaves over, in expectation. */
function excess(mass: Float64Array, load: Float64Array, seen: Float64Array, { step, size }: Grid): Float64Array {
  const row = size + 1;
  const left = new Float64Array(mass.length);
  for (let stretch = 0; stretch < seen.length; stretch += 1) {
    let above = 0;
    let loadAbove = 0;
    for (let count = size; count >= 0; count -= 1) {
      const at = stretch * row + count;
      above += mass[at]!;
      loadAbove += load[at]!;
      left[at] = Math.max(0, (loadAbove - count * step * above) / seen[stretch]!);
    }
  }
  return left;
}

function blur(sharp: Float64Array, { size }: Grid): Outlook {
  const row = size + 1;
  const blurred = new Float64Array(sharp.length);
  for (let count = 0; count <= size; count += 1) {
    const low = count / (1 + BLUR);
    const high = Math.min(size, count / (1 - BLUR));
    const lowAt = Math.floor(low);
    const highAt = Math.min(size - 1, Math.floor(high));
    for (let at = 0; at < sharp.length; at += row) {
      const below = sharp[at + lowAt]! + (sharp[at + Math.min(size, lowAt + 1)]! - sharp[at + lowAt]!) * (low - lowAt);
      const beyond = sharp[at + highAt]! + (sharp[at + highAt + 1]! - sharp[at + highAt]!) * (high - highAt);
      blurred[at + count] = (sharp[at + count]! + below + beyond) / 3;
    }
  }
  return blurred;
}
