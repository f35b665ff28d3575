// Makes the parts of one producer, by its settings.
import { DOCUMENTED_RATE } from '../../core/batching/adaptive-rate.js';
import { recordBytes } from '../../core/records/record-size.js';
import { Ledger } from './buffering/ledger.js';
import { Lifetime } from './outcomes/lifetime.js';
import { Settler } from './outcomes/settler.js';
import { type SpilledRecord, Spiller } from './outcomes/spill.js';
import type { ProducerPorts } from './ports.js';
import type { ResolvedSettings } from './producer-options.js';
import type { ProducerParts } from './producer-parts.js';
import { WaitingRoom } from './sending/waiting-room.js';
import { Router } from './shards/router.js';
import { ShardDirectory, type ShardDirectoryOptions } from './shards/shard-directory.js';
import { ProducerEvents } from './telemetry/producer-events.js';
import { emptyTally, type ProducerMetrics } from './telemetry/producer-metrics.js';
import { Reporter } from './telemetry/reporter.js';

export function assembleParts(
  ports: ProducerPorts,
  streamName: string,
  settings: ResolvedSettings,
  listening: Pick<ShardDirectoryOptions, 'onListed' | 'onFailed'>,
): ProducerParts {
  const { aggregation, shardRatePercent, recordTtlMs } = settings;
  const events = new ProducerEvents(settings.onEvent);
  const tally = emptyTally();
  const ledger = new Ledger(settings);
  const router = new Router({
    ...settings,
    isOrdered: settings.order === 'per-key',
    rate: {
      recordsPerSecond: (DOCUMENTED_RATE.recordsPerSecond * shardRatePercent) / 100,
      bytesPerSecond: (DOCUMENTED_RATE.bytesPerSecond * shardRatePercent) / 100,
    },
  });
  const spiller = settings.spill && new Spiller(settings.spill, spillerPorts(ports, events));
  const metrics = () => takeMetrics({ tally, ledger });
  const needsShards = aggregation === 'by-shard' || shardRatePercent !== Number.POSITIVE_INFINITY;
  return {
    streamName,
    settings,
    ports,
    events,
    tally,
    ledger,
    router,
    spiller,
    room: new WaitingRoom(router),
    settler: new Settler(ledger, tally, events, spiller),
    lifetime: new Lifetime(recordTtlMs),
    reporter: new Reporter({ ...settings, streamName, events, metrics }, ports.nowMs()),
    directory: needsShards ? new ShardDirectory({ ports, streamName, events, ...listening }) : undefined,
  };
}

/** The counts as they are now. */
export function takeMetrics({ tally, ledger }: Pick<ProducerParts, 'tally' | 'ledger'>): ProducerMetrics {
  return { ...tally, errors: { ...tally.errors }, bufferedRecords: ledger.records, bufferedBytes: ledger.bytes };
}

function spillerPorts({ sleep }: ProducerPorts, events: ProducerEvents) {
  return {
    sleep,
    onSpilled(records: readonly SpilledRecord[], errorName: string | undefined) {
      if (errorName !== undefined) events.emit({ type: 'spill-failed', errorName, records: records.length });
      else events.emit({ type: 'spilled', records: records.length, bytes: bytesOf(records) });
    },
  };
}

function bytesOf(records: readonly SpilledRecord[]): number {
  return records.reduce((sum, { record }) => sum + recordBytes(record.data, record.partitionKey), 0);
}
