// One evaluation of an alarm, as CloudWatch documents it: M breaching datapoints of the last N, with somewhat more than
// N looked at, so that real datapoints, where there are enough of them, decide before missing ones are made up for.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
import type { AlarmModel } from '../template/model.js';
import type { Series } from './metric-store.js';
import { MINUTE_MS } from './metric-store.js';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** What an evaluation found. */
export interface AlarmVerdict {
  readonly state: AlarmState;
  readonly reason: string;
}

/** The alarm's rule, without what names it. */
export type AlarmRule = Pick<
  AlarmModel,
  'comparison' | 'threshold' | 'periodMs' | 'evaluationPeriods' | 'datapointsToAlarm' | 'treatMissingData'
>;

/** Datapoints looked at beyond the evaluation periods; the documentation's examples have two. */
const EXTRA_PERIODS = 2;

interface Comparison {
  readonly words: string;
  readonly test: (value: number, threshold: number) => boolean;
}

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  GreaterThanOrEqualToThreshold: { words: 'at or above', test: (value, threshold) => value >= threshold },
  GreaterThanThreshold: { words: 'above', test: (value, threshold) => value > threshold },
  LessThanThreshold: { words: 'below', test: (value, threshold) => value < threshold },
  LessThanOrEqualToThreshold: { words: 'at or below', test: (value, threshold) => value <= threshold },
};

/** Lab time that an evaluation at `nowMs` looks at: whole periods up to the last full minute. */
export function evaluationRange(rule: AlarmRule, nowMs: number): { readonly startMs: number; readonly endMs: number } {
  const endMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  return { startMs: endMs - (rule.evaluationPeriods + EXTRA_PERIODS) * rule.periodMs, endMs };
}

/** Decides the state of an alarm from the values of its metric; `previous` is kept where missing data is ignored. */
export function evaluateAlarm(rule: AlarmRule, series: Series, nowMs: number, previous: AlarmState): AlarmVerdict {
  const { startMs, endMs } = evaluationRange(rule, nowMs);
  const { words, test } = comparisonOf(rule.comparison);
  // From the newest to the oldest: true breaches, false does not, undefined is missing.
  const points: (boolean | undefined)[] = [];
  for (let atMs = endMs - rule.periodMs; atMs >= startMs; atMs -= rule.periodMs) {
    const value = series.get(atMs);
    points.push(value === undefined ? undefined : test(value, rule.threshold));
  }
  const { evaluationPeriods: n, datapointsToAlarm: m } = rule;
  const real = points.filter((point) => point !== undefined).slice(0, n);
  const breaching = real.filter(Boolean).length;
  const missing = n - real.length;
  const datapoints = `${breaching} of ${n} datapoints ${words} ${rule.threshold}`;
  const reason = `${datapoints} (${m} make an alarm)${missing > 0 ? `, ${missing} missing` : ''}`;
  if (breaching >= m) return { state: 'ALARM', reason };
  if (missing === 0) return { state: 'OK', reason };
  return { state: stateWithMissing(rule, points, { real, breaching, missing, previous }), reason };
}

interface Found {
  readonly real: readonly (boolean | undefined)[];
  readonly breaching: number;
  readonly missing: number;
  readonly previous: AlarmState;
}

function stateWithMissing(rule: AlarmRule, points: readonly (boolean | undefined)[], found: Found): AlarmState {
  const { real, breaching, missing, previous } = found;
  const m = rule.datapointsToAlarm;
  switch (rule.treatMissingData) {
    case 'breaching':
      return breaching + missing >= m ? 'ALARM' : 'OK';
    case 'notBreaching':
      return 'OK';
    case 'ignore':
      return real.includes(false) ? 'OK' : previous;
    case 'missing': {
      if (real.length === 0) return 'INSUFFICIENT_DATA';
      // A breach old enough, with nothing but breaches and gaps since, is an alarm although too few are known.
      const onlyBreaches = !real.includes(false);
      return onlyBreaches && points.lastIndexOf(true) + 1 >= m ? 'ALARM' : 'OK';
    }
  }
}

/** Gives the comparison of an operator; one that the lab does not have is refused by its name. */
export function comparisonOf(name: string): Comparison {
  const comparison = Object.hasOwn(COMPARISONS, name) ? COMPARISONS[name] : undefined;
  if (comparison) return comparison;
  throw new Error(`the lab does not have the comparison '${name}'; it has ${Object.keys(COMPARISONS).join(', ')}`);
}
