// What is kept of the values of one minute: enough for every statistic, in a size that does not grow with their number.

/** Percentiles are kept to within half this share of the value. */
const BIN_RATIO = 1.02;

/** Keeps the bins of tiny positive values positive; far beyond the logarithm of any double. */
const BIN_OFFSET = 1_000_000;

/** Gives the value that a statistic has over some values; undefined without values. */
export type Statistic = (summary: ValueSummary) => number | undefined;

/** Count, sum, extremes and a histogram of values. */
export class ValueSummary {
  count = 0;
  sum = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  /** Undefined while all values are the same, which is how most metrics are within a minute. */
  #bins: Map<number, number> | undefined;

  add(value: number): void {
    if (this.count > 0 && (value !== this.min || value !== this.max)) increase(this.#spread(), binOf(value), 1);
    this.count += 1;
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  /** Takes in a set of values of which only the sums are known, as PutMetricData may send them. */
  addSet(set: { readonly count: number; readonly sum: number; readonly min: number; readonly max: number }): void {
    const bins = this.count > 0 ? this.#spread() : new Map<number, number>();
    increase(bins, binOf(set.count === 0 ? 0 : set.sum / set.count), set.count);
    this.#bins = bins;
    this.count += set.count;
    this.sum += set.sum;
    this.min = Math.min(this.min, set.min);
    this.max = Math.max(this.max, set.max);
  }

  /** Takes in the values of another summary. */
  merge(other: ValueSummary): void {
    if (other.count === 0) return;
    if (this.count > 0 && !(this.min === other.min && this.max === other.max && this.min === this.max)) this.#spread();
    if (this.#bins) for (const [bin, count] of other.#histogram()) increase(this.#bins, bin, count);
    else if (this.count === 0 && other.#bins) this.#bins = new Map(other.#bins);
    this.count += other.count;
    this.sum += other.sum;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
  }

  /** Value below which `percent` of the values lie. */
  percentile(percent: number): number | undefined {
    if (this.count === 0) return undefined;
    if (percent <= 0) return this.min;
    let left = Math.ceil((percent / 100) * this.count);
    for (const [bin, count] of [...this.#histogram()].sort(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return Math.min(this.max, Math.max(this.min, valueAt(bin)));
    }
    return this.max;
  }

  #histogram(): ReadonlyMap<number, number> {
    return this.#bins ?? new Map([[binOf(this.min), this.count]]);
  }

  #spread(): Map<number, number> {
    this.#bins ??= new Map([[binOf(this.min), this.count]]);
    return this.#bins;
  }
}

/** Gives the statistic of a CloudWatch name: Sum, Average, Minimum, Maximum, SampleCount, or a percentile such as p99. */
export function parseStatistic(name: string): Statistic {
  const simple = SIMPLE_STATISTICS[name];
  if (simple) return (summary) => (summary.count === 0 ? undefined : simple(summary));
  const percent = Number(/^p(\d{1,3}(?:\.\d+)?)$/.exec(name)?.[1]);
  if (percent >= 0 && percent <= 100) return (summary) => summary.percentile(percent);
  const known = `${Object.keys(SIMPLE_STATISTICS).join(', ')} or a percentile such as p99`;
  throw new Error(`the lab's CloudWatch does not have the statistic '${name}'; it has ${known}`);
}

const SIMPLE_STATISTICS: Readonly<Record<string, (summary: ValueSummary) => number>> = {
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
  SampleCount: ({ count }) => count,
};

function increase(bins: Map<number, number>, bin: number, count: number): void {
  bins.set(bin, (bins.get(bin) ?? 0) + count);
}

function binOf(value: number): number {
  if (value === 0) return 0;
  return Math.sign(value) * (Math.round(Math.log(Math.abs(value)) / Math.log(BIN_RATIO)) + BIN_OFFSET);
}

function valueAt(bin: number): number {
  return bin === 0 ? 0 : Math.sign(bin) * BIN_RATIO ** (Math.abs(bin) - BIN_OFFSET);
}
