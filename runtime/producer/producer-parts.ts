// The parts of one producer, as they know each other.
import type { Ledger } from './buffering/ledger.js';
import type { Lifetime } from './outcomes/lifetime.js';
import type { Settler } from './outcomes/settler.js';
import type { Spiller } from './outcomes/spill.js';
import type { ProducerPorts } from './ports.js';
import type { ResolvedSettings } from './producer-options.js';
import type { WaitingRoom } from './sending/waiting-room.js';
import type { Router } from './shards/router.js';
import type { ShardDirectory } from './shards/shard-directory.js';
import type { ProducerEvents } from './telemetry/producer-events.js';
import type { ProducerTally } from './telemetry/producer-metrics.js';
import type { Reporter } from './telemetry/reporter.js';

export interface ProducerParts {
  readonly streamName: string;
  readonly settings: ResolvedSettings;
  readonly ports: ProducerPorts;
  readonly events: ProducerEvents;
  readonly tally: ProducerTally;
  readonly ledger: Ledger;
  readonly router: Router;
  readonly room: WaitingRoom;
  readonly settler: Settler;
  readonly lifetime: Lifetime;
  readonly reporter: Reporter;
  /** Undefined where there is nowhere to spill to. */
  readonly spiller: Spiller | undefined;
  /** Undefined where nothing depends on the shards. */
  readonly directory: ShardDirectory | undefined;
}
