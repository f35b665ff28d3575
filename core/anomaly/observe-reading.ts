// Finds out, reading by reading and without looking ahead, when a series starts to behave unlike itself.
//
// Two means follow the readings: one of the last reading alone, which sees spikes, and one over DRIFT_READINGS of them,
// which sees that the series has gone somewhere else. Each is judged by its own past: how far it stands from where it
// usually stands, in units of how far it usually strays. So scale does not matter, and what a series does every day,
// whether a swing, a trend or a slow wander, widens the usual spread of the mean instead of raising an alarm.
//
// A mean that leaves its usual place is reported once, at the onset, and again only after it has come back and stayed.
// What was learned survives an anomaly: readings far out are pulled in before they are learned, and a series that settles
// at a new level becomes used to it within a few hundred readings.

/** How one of the two means stands, and what is usual for it. All numbers, so that it can be stored as JSON. */
export interface TrackState {
  /** The mean that is watched. */
  readonly level: number;
  /** Where it usually stands. */
  readonly usual: number;
  /** Its mean square distance from there. */
  readonly variance: number;
  /** Farthest lately, in units of the spread; fades over MEMORY_READINGS. */
  readonly farthest: number;
  /** Readings that it has been back in place since an onset, or -1 while no anomaly is open. */
  readonly calm: number;
}

/** What is remembered of a series. */
export interface SeriesState {
  readonly readings: number;
  readonly spike: TrackState;
  readonly drift: TrackState;
}

/** The onset of an anomaly. */
export interface Anomaly {
  readonly kind: 'spike' | 'drift';
  /** Where the series usually stands. */
  readonly expected: number;
  /** Distance from there in units of the usual spread; a constant series that moves scores MAX_SCORE. */
  readonly score: number;
}

/** Readings in the mean that sees drift: half a day of 5-minute readings. From 96 to 192 the labelled series agree. */
export const DRIFT_READINGS = 144;

/** Readings that "usual" reaches back, once there are so many: two weeks of 5-minute readings hold weekdays and weekends. */
export const MEMORY_READINGS = 4_000;

/** Readings before a spike can be told: a spread from fewer is too often too small. */
export const SPIKE_WARM_UP_READINGS = 200;

/** Readings before drift can be told: ten lengths of its mean, for it takes several independent ones to know a spread. */
export const DRIFT_WARM_UP_READINGS = 10 * DRIFT_READINGS;

/** Score of a spike. Of normally spread readings one in two millions reaches it. */
const SPIKE_SCORE = 5;

/** Score of drift, lower: the mean over many readings has no far tail. */
const DRIFT_SCORE = 3;

/** Drift must be visible: this much of the spread of single readings. A long mean of noise alone is too exact. */
const DRIFT_MIN_SHARE_OF_SPREAD = 0.5;

/** A series that spikes often must go this much farther than it lately did, so that heavy tails raise no flood. */
const SPIKE_BEYOND_FARTHEST = 1.25;

/** Beyond this score every spike counts, however often it comes. */
const SPIKE_ALWAYS_SCORE = 20;

/** Readings farther out than this are learned as if they stood here: an anomaly must not become usual at once. */
const LEARN_AT_MOST_SPREADS = 3;

/** An anomaly is over below this share of the score that opens one, */
const CALM_SHARE = 0.5;

/** for so many readings in a row. */
const CALM_READINGS = 48;

/** Score where the usual spread is zero, and the most that is reported. */
export const MAX_SCORE = 1_000;

const NEW_TRACK: TrackState = { level: 0, usual: 0, variance: 0, farthest: 0, calm: -1 };

interface Step {
  readonly state: TrackState;
  readonly onset: number | undefined;
}

/** How a mean is watched. */
interface Watch {
  readonly meanOver: number;
  readonly warmUp: number;
  readonly score: number;
  /** Whether what the mean lately did raises the bar. */
  readonly learnsTail: boolean;
  readonly minDistance: number;
}

/**
 * Takes one finite reading into a series, which is undefined before its first.
 *
 * Returns the series' next state and, at its onset, the anomaly.
 */
export function observeReading(
  series: SeriesState | undefined,
  value: number,
): { readonly state: SeriesState; readonly anomaly: Anomaly | undefined } {
  const readings = (series?.readings ?? 0) + 1;
  const before = series ?? { spike: NEW_TRACK, drift: NEW_TRACK };
  const spread = Math.sqrt(before.spike.variance);
  const spike = follow(before.spike, value, readings, {
    meanOver: 1,
    warmUp: SPIKE_WARM_UP_READINGS,
    score: SPIKE_SCORE,
    learnsTail: true,
    minDistance: 0,
  });
  const drift = follow(before.drift, value, readings, {
    meanOver: DRIFT_READINGS,
    warmUp: DRIFT_WARM_UP_READINGS,
    score: DRIFT_SCORE,
    learnsTail: false,
    minDistance: spread * DRIFT_MIN_SHARE_OF_SPREAD,
  });
  return { state: { readings, spike: spike.state, drift: drift.state }, anomaly: onsetOf(before, spike, drift) };
}

/** An anomaly that is open in one of the means is not reported again by the other. */
function onsetOf(before: Omit<SeriesState, 'readings'>, spike: Step, drift: Step): Anomaly | undefined {
  if (spike.onset !== undefined && before.drift.calm < 0) {
    return { kind: 'spike', expected: before.spike.usual, score: spike.onset };
  }
  if (drift.onset !== undefined && before.spike.calm < 0) {
    return { kind: 'drift', expected: before.drift.usual, score: drift.onset };
  }
  return undefined;
}

function follow(track: TrackState, value: number, readings: number, watch: Watch): Step {
  const level = track.level + (value - track.level) * Math.max(2 / (watch.meanOver + 1), 1 / readings);
  const away = level - track.usual;
  const spread = Math.sqrt(track.variance);
  const ready = readings > watch.warmUp;

  const learned = ready && spread > 0 ? clamp(away, LEARN_AT_MOST_SPREADS * spread) : away;
  const weight = Math.max(1 / MEMORY_READINGS, 1 / readings);
  const usual = track.usual + weight * learned;
  const variance = (1 - weight) * (track.variance + weight * learned * learned);
  if (!ready) return { state: { level, usual, variance, farthest: 0, calm: -1 }, onset: undefined };

  const score = scoreOf(Math.abs(away), spread);
  const bar = watch.learnsTail ? Math.max(watch.score, track.farthest * SPIKE_BEYOND_FARTHEST) : watch.score;
  const out = score > bar && Math.abs(away) >= watch.minDistance;
  const fading = track.farthest * (1 - 1 / MEMORY_READINGS);
  const farthest = Math.max(fading, Math.min(score, SPIKE_ALWAYS_SCORE / SPIKE_BEYOND_FARTHEST));
  const calm = countCalm(track.calm, out, score < watch.score * CALM_SHARE);
  return { state: { level, usual, variance, farthest, calm }, onset: out && track.calm < 0 ? score : undefined };
}

function countCalm(calm: number, out: boolean, quiet: boolean): number {
  if (out) return 0;
  if (calm < 0) return -1;
  if (!quiet) return 0;
  return calm + 1 >= CALM_READINGS ? -1 : calm + 1;
}

function scoreOf(distance: number, spread: number): number {
  if (distance === 0) return 0;
  return spread > 0 ? Math.min(distance / spread, MAX_SCORE) : MAX_SCORE;
}

function clamp(value: number, bound: number): number {
  return Math.max(-bound, Math.min(bound, value));
}
