// What every operation works with: the streams, the lab's time, and the choices the engine was started with.
import type { Clock } from '../clock.js';
import type { MetricSink } from '../metrics/metric-sink.js';
import type { Account } from './account.js';
import type { Journal } from './durability/journal.js';
import type { CallRates } from './limits/call-rates.js';
import type { Identity, StreamRegistry } from './streams/stream-registry.js';

/** Lab time that the service takes for its slow operations. */
export interface EngineTimings {
  /**
   * CreateStream, from CREATING to ACTIVE.
   *
   * @default 1000
   */
  readonly createMs: number;

  /**
   * DeleteStream, from DELETING to gone.
   *
   * @default 1000
   */
  readonly deleteMs: number;

  /**
   * One reshard call, whatever its size, from UPDATING to ACTIVE.
   *
   * @default RESHARD_STEP_MS
   */
  readonly reshardMs: number;

  /**
   * A change of encryption or mode, from UPDATING to ACTIVE.
   *
   * @default 1000
   */
  readonly settingMs: number;

  /**
   * An on-demand stream that has grown too small, from the minute that shows it to its new shards.
   *
   * @default ON_DEMAND_GROWTH_WINDOW_MS - the longest that the service says it takes
   */
  readonly onDemandMs: number;

  /**
   * RegisterStreamConsumer, from CREATING to ACTIVE, and back.
   *
   * @default 1000
   */
  readonly consumerMs: number;
}

export interface EngineOptions {
  readonly clock: Clock;
  readonly metrics: MetricSink;
  readonly identity: Identity;

  /**
   * Whether shards and operations throttle as the service's do.
   *
   * @default true
   */
  readonly enforceLimits?: boolean | undefined;

  /**
   * Folder in which streams and records outlive the process; made if it is not there. The clock must not start before the
   * time that an earlier engine of the folder has seen.
   *
   * @default - in memory only
   */
  readonly dataDir?: string;

  /**
   * Lab time that slow operations take.
   *
   * @default - see EngineTimings
   */
  readonly timings?: Partial<EngineTimings>;
}

/** The inside of one engine. */
export interface EngineContext {
  readonly clock: Clock;
  readonly metrics: MetricSink;
  readonly streams: StreamRegistry;
  readonly account: Account;
  readonly rates: CallRates;
  /** Undefined in an engine that keeps everything in memory. */
  readonly journal: Journal | undefined;
  readonly enforceLimits: boolean;
  readonly timings: EngineTimings;
  /** Does `action` after `ms` of lab time, unless the engine is closed before. */
  later(ms: number, action: () => void): void;
}
