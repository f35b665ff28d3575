// The parts of one producer, as they know each other.
import type { Ledger } from './ledger.js';
import type { Lifetime } from './lifetime.js';
import type { ProducerPorts } from './ports.js';
import type { ProducerEvents } from './producer-events.js';
import type { ProducerTally } from './producer-metrics.js';
import type { ResolvedSettings } from './producer-options.js';
import type { Reporter } from './reporter.js';
import type { Router } from './router.js';
import type { Settler } from './settler.js';
import type { ShardDirectory } from './shard-directory.js';
import type { Spiller } from './spill.js';
import type { WaitingRoom } from './waiting-room.js';

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
