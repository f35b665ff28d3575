// What the shards of one worker share.
import type { WorkerPorts } from './ports.js';
import type { WorkerEvent, WorkerMetrics } from './worker-events.js';
import type { ResolvedWorkerSettings } from './worker-options.js';

type Count = Exclude<keyof WorkerMetrics, 'leases' | 'behindMs'>;
export type WorkerCounts = Record<Count, number>;

export interface WorkerParts {
  readonly ports: WorkerPorts;
  readonly settings: ResolvedWorkerSettings;
  readonly workerId: string;
  readonly counts: WorkerCounts;
  readonly emit: (event: WorkerEvent) => void;
}

export function zeroCounts(): WorkerCounts {
  return {
    ...{ records: 0, bytes: 0, batches: 0, failedBatches: 0, discarded: 0 },
    ...{ taken: 0, handedOver: 0, lost: 0, tableWrites: 0 },
  };
}

/** Passes events on; a listener that throws stops nothing. */
export function emitter(onEvent: ((event: WorkerEvent) => void) | undefined): (event: WorkerEvent) => void {
  return (event) => {
    try {
      onEvent?.(event);
    } catch {
      // It is the listener's own trouble.
    }
  };
}
