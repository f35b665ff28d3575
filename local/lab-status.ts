// What a running lab says about itself: the live view's input, and the totals of its end.

export interface StreamStatus {
  readonly name: string;
  readonly openShards: number;
  readonly recordsIn: number;
}

export interface ConsumerStatus {
  /** First segment of the construct path. */
  readonly name: string;
  readonly processed: number;
  readonly failed: number;
  /** Records of the stream behind the consumer's checkpoints. */
  readonly unread: number;
}

export interface AlarmStatus {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
}

export interface LabStatus {
  readonly stackName: string;
  readonly labNowMs: number;
  readonly labElapsedMs: number;
  readonly wallElapsedMs: number;
  readonly speed: number;
  readonly achievedSpeed: number;
  readonly streams: readonly StreamStatus[];
  readonly consumers: readonly ConsumerStatus[];
  readonly deliveredObjects: number;
  readonly deliveredRecords: number;
  readonly alarms: readonly AlarmStatus[];
  readonly alerts: number;
  readonly resizes: number;
}

export interface ConsumerTotals {
  /** Records of a run before this one that were unread when it began; only where a folder keeps them. */
  readonly carriedOver?: number;
  readonly processed: number;
  readonly failed: number;
  readonly unread: number;
}

/** The end of a run: each number counted on its own, so that they can disagree. */
export interface LabTotals {
  /** Distinct records that the streams accepted in this run; an aggregated one counts once, as it does for each consumer. */
  readonly produced: number;
  readonly consumers: Readonly<Record<string, ConsumerTotals>>;
  /** User records in delivered objects: more than the stream's records where those are aggregated. */
  readonly delivered: number;
  readonly alerts: number;
  readonly resizes: number;
  /**
   * Records by consumer that are in none of its numbers; below zero, so many more are in them than its stream has given.
   * Empty when the totals balance.
   */
  readonly missing: Readonly<Record<string, number>>;
  /** For every consumer: carried over + produced = processed + failed + unread. */
  readonly balanced: boolean;
  /** Calls that the template's permissions refused; they leave `balanced` as it is. */
  readonly refusedCalls: number;
}
