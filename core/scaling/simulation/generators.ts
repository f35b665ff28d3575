// Made-up traffic, the same for the same seed, so that a simulation needs no data. Shapes, not measurements: what holds on
// them need not hold on a real stream.
import { seededRandom } from '../../records/seeded-random.js';
import { MINUTES_PER_DAY, scaleToPeak, type Trace } from './trace.js';

const FLAT_MINUTES = 5;
const TAU = 2 * Math.PI;

/** Load of a minute before it is scaled; `random` gives the next number of the seed. */
type Shape = (random: () => number, minutes: number) => (minute: number) => number;

const SHAPES = {
  /** A day's wave, noise on it. */
  diurnal: (random) => {
    const noise = heldNoise(random, 0.05);
    return (minute) => dayWave(minute) * noise(minute);
  },
  /** A day's wave that is much lower at weekends. */
  weekly: (random) => {
    const noise = heldNoise(random, 0.05);
    return (minute) => dayWave(minute) * (Math.floor(minute / MINUTES_PER_DAY) % 7 < 5 ? 1 : 0.4) * noise(minute);
  },
  /** A day's wave, and a few crowds that come within minutes and leave over hours. */
  'flash-crowd': (random, minutes) => {
    const noise = heldNoise(random, 0.05);
    const crowds = times(random, minutes, 0.6).map((start) => ({ start, height: 1 + random() * 3 }));
    return (minute) => {
      const crowd = crowds.reduce((sum, { start, height }) => sum + height * crowdWave(minute - start), 0);
      return (0.3 * dayWave(minute) + 0.2 * crowd) * noise(minute);
    };
  },
  /** Straight up and down over hours, at no fixed time. */
  ramps: (random, minutes) => {
    const corners = [{ at: 0, level: 0.2 }];
    for (let at = 0; at < minutes; ) {
      at += 120 + Math.floor(random() * 480);
      corners.push({ at, level: 0.05 + 0.95 * random() });
    }
    const noise = heldNoise(random, 0.03);
    return (minute) => between(corners, minute) * noise(minute);
  },
  /** Nothing, then full rate for minutes, a few times a day. */
  'on-off': (random, minutes) => {
    const starts = times(random, minutes, 4);
    const lengths = starts.map(() => FLAT_MINUTES * (1 + Math.floor(random() * 6)));
    return (minute) => (starts.some((start, at) => minute >= start && minute < start + lengths[at]!) ? 1 : 0.001);
  },
  /** A small stream that a launch makes large for good. */
  launch: (random, minutes) => {
    const noise = heldNoise(random, 0.06);
    const start = Math.floor(minutes * 0.45);
    return (minute) =>
      dayWave(minute) * (minute < start ? 0.05 : Math.min(1, 0.05 + (minute - start) / 180)) * noise(minute);
  },
  /** A stream that its producers left halfway. */
  dead: (random, minutes) => {
    const noise = heldNoise(random, 0.05);
    return (minute) => (minute < minutes / 2 ? dayWave(minute) * noise(minute) : 0);
  },
} as const satisfies Readonly<Record<string, Shape>>;

export type GeneratorName = keyof typeof SHAPES;

export const GENERATOR_NAMES = Object.keys(SHAPES) as readonly GeneratorName[];

export interface Generated {
  readonly seed: number;
  readonly days: number;
  /** Highest load, MiB/s. */
  readonly peak: number;
}

/** Makes up a trace. */
export function generateTrace(name: GeneratorName, { seed, days, peak }: Generated): Trace {
  const minutes = days * MINUTES_PER_DAY;
  const load = SHAPES[name](seededRandom(seed), minutes);
  return scaleToPeak(
    name,
    Float64Array.from({ length: minutes }, (_, minute) => load(minute)),
    peak,
  );
}

/** From 0.2 at four in the morning to 1 at four in the afternoon. */
function dayWave(minute: number): number {
  return 0.6 - 0.4 * Math.cos((TAU * (minute - 240)) / MINUTES_PER_DAY);
}

/** Up within ten minutes, down by half every hour. */
function crowdWave(minutes: number): number {
  if (minutes < 0) return 0;
  return minutes < 10 ? minutes / 10 : 0.5 ** ((minutes - 10) / 60);
}

/** A factor about one, new every five minutes. */
function heldNoise(random: () => number, width: number): (minute: number) => number {
  let held = 1;
  let until = 0;
  return (minute) => {
    if (minute >= until) {
      held = 1 + width * (random() + random() + random() - 1.5) * 2;
      until = minute + FLAT_MINUTES;
    }
    return held;
  };
}

/** Starts at random, on whole five minutes, so many a day. */
function times(random: () => number, minutes: number, perDay: number): number[] {
  const count = Math.max(1, Math.round((minutes / MINUTES_PER_DAY) * perDay));
  return Array.from({ length: count }, () => FLAT_MINUTES * Math.floor((random() * minutes) / FLAT_MINUTES));
}

function between(corners: readonly { readonly at: number; readonly level: number }[], minute: number): number {
  const next = Math.max(
    1,
    corners.findIndex(({ at }) => at > minute),
  );
  const [from, to] = [corners[next - 1]!, corners[next]!];
  return from.level + ((to.level - from.level) * (minute - from.at)) / (to.at - from.at);
}
