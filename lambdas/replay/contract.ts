// What the replay function and whoever deploys or invokes it agree on. Imports nothing.

export const SERVICE = 'replay';
export const METRIC_NAMESPACE = 'KinesisPlatform';

/** Environment variables that the function needs, all of them. */
export const ENV_KEYS = ['STREAM_ARN', 'TARGET_ARN', 'STATE_BUCKET'] as const;
export type ReplayEnv = Readonly<Record<(typeof ENV_KEYS)[number], string>>;

/** Folder of the state bucket in which each replay has one object. */
export const STATE_PREFIX = 'replays/';

/** What the function is invoked with: the same event begins a replay and goes on with it. */
export interface ReplayRequestEvent {
  /** Names the replay: letters, digits, dots, dashes and underscores. */
  readonly name: string;
  /** ISO 8601; needed by the first step only, as are the two that follow. */
  readonly from?: string;
  /** @default - now, of the first step */
  readonly to?: string;
  /** @default - records of all partition keys */
  readonly keys?: readonly string[];
  /** @default 1000 */
  readonly ratePerSecond?: number;
  /**
   * Whether records are put without their mark, for consumers that do not de-aggregate.
   *
   * @default false
   */
  readonly unmarked?: boolean;
}

/** What the function answers. */
export interface ReplayStepResult {
  readonly name: string;
  readonly replayId: string;
  /** `more`: invoke it again with the same event. */
  readonly status: 'more' | 'ended';
  /** User records so far: read = replayed + filtered + failed. */
  readonly totals: {
    readonly read: number;
    readonly replayed: number;
    readonly filtered: number;
    readonly failed: number;
  };
  /** Records before this time had expired when the replay began; ISO 8601. */
  readonly expiredUntil?: string;
}
