/** One bench: measures, and gives its result as a JSON object and as lines of a table. */
export interface Bench {
  readonly name: string;
  /**
   * Flags with a value that the bench takes, without their dashes.
   *
   * @default - none
   */
  readonly flags?: readonly string[];
  run(flags: Readonly<Record<string, string>>): Promise<BenchResult>;
}

export interface BenchResult {
  readonly json: Readonly<Record<string, unknown>>;
  /** Rows of the table, cells as text; the first row is the header. */
  readonly table: readonly (readonly string[])[];
}

/** Middle of the values: one slow run of a busy machine does not move it. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
