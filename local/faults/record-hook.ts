// What follows on stored records: the observer hears of them, and some of them bring a reshard about.
import type { KinesisEngine } from '../engine/engine.js';
import type { ChaosObserver, StoredRecord } from './chaos-observer.js';
import type { FaultDesk } from './fault-desk.js';
import { reshardAtRandom } from './random-reshard.js';

export interface RecordHook {
  stored(
    request: { readonly operation: string; readonly ordinal: number; readonly stream: string },
    records: readonly StoredRecord[],
  ): void;
}

/** Counts every stored record of a stream as an occasion for a reshard. */
export function createRecordHook(engine: KinesisEngine, desk: FaultDesk, observer: ChaosObserver): RecordHook {
  return {
    stored(request, records) {
      observer.stored?.(request, records);
      for (let record = 0; record < records.length; record += 1) {
        const { mishap } = desk.next('record', request.stream);
        // An engine that ends meanwhile takes the reshard with it.
        if (mishap) reshardAtRandom(engine, request.stream, mishap).catch(() => undefined);
      }
    },
  };
}
