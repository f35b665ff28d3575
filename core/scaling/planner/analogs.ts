// Which moments of the past resemble the present, and how much. What followed them is the forecast.
import { type Features, levelWith, logLoad, SLOTS_PER_DAY } from './history.js';

/**
 * One opinion on what makes two moments alike: how close their load, the level of their last hour and their time of day
 * have to be. Widths of infinity mean "never mind".
 */
export interface View {
  readonly name: string;
  readonly shortWidth: number;
  readonly levelWidth: number;
  /** Slots. */
  readonly timeOfDayWidth: number;
  /** Whether resemblance falls off with the fourth power of distance instead of the second. */
  readonly sharp: boolean;
}

const DAILY: View = { name: 'daily', shortWidth: 0.35, levelWidth: 0.25, timeOfDayWidth: 6, sharp: false };

/** From "yesterday at this time" to "anything that ever happened". Which one suits a stream shows in its own past. */
export const VIEWS: readonly View[] = [
  DAILY,
  { ...DAILY, name: 'strictly daily', sharp: true },
  { ...DAILY, name: 'same load', timeOfDayWidth: 48 },
  { ...DAILY, name: 'similar load', shortWidth: 1, levelWidth: 1, timeOfDayWidth: 48 },
  {
    name: 'any time',
    shortWidth: Number.POSITIVE_INFINITY,
    levelWidth: Number.POSITIVE_INFINITY,
    timeOfDayWidth: Number.POSITIVE_INFINITY,
    sharp: false,
  },
];

/** The present, as the views compare it. */
export interface Present {
  /** Slots since minute 0. */
  readonly slot: number;
  readonly short: number;
  readonly level: number;
  readonly long: number;
}

export function presentAt(features: Features, slot: number, demand: number): Present {
  const level = levelWith(features, demand);
  return { slot, short: logLoad(features, demand), level, long: logLoad(features, level) };
}

/**
 * Adds to `weights` how much each past slot resembles the present in one view, each slot's part of `share`. Slots that
 * nothing followed yet have no say.
 */
export function addResemblance(
  weights: Float64Array,
  features: Features,
  firstSlot: number,
  present: Present,
  view: View,
  share: number,
): void {
  const slots = weights.length;
  const raw = new Float64Array(slots);
  const { short, long } = features;
  const perShort = 1 / view.shortWidth ** 2;
  const perLevel = 1 / view.levelWidth ** 2;
  const perTime = 1 / view.timeOfDayWidth ** 2;
  let sum = 0;
  let apart = (present.slot - firstSlot) % SLOTS_PER_DAY;
  for (let at = 0; at < slots; at += 1) {
    const byShort = short[at]! - present.short;
    const byLevel = long[at]! - present.long;
    const hours = apart > SLOTS_PER_DAY / 2 ? SLOTS_PER_DAY - apart : apart;
    apart = apart === 0 ? SLOTS_PER_DAY - 1 : apart - 1;
    const near =
      1 / ((1 + byShort * byShort * perShort) * (1 + byLevel * byLevel * perLevel) * (1 + hours * hours * perTime));
    const weight = view.sharp ? near * near : near;
    if (weight < FAINT) continue;
    raw[at] = weight;
    sum += weight;
  }
  // As many slots count as resemble the present, beside the little that is believed of any stream.
  const scale = share / (sum + PRIOR_SLOTS);
  for (let at = 0; at < slots; at += 1) weights[at]! += raw[at]! * scale;
}

/** Resemblance that is none. */
const FAINT = 0.001;

/** How many slots of evidence the beliefs about an unknown stream are worth. */
export const PRIOR_SLOTS = 1;

/** Weight that is left for the prior where `weights` came out of views whose shares add up to one. */
export function priorShare(weights: Float64Array): number {
  let sum = 0;
  for (const weight of weights) sum += weight;
  return Math.max(0, 1 - sum);
}
