// What a mapping has done so far: totals for the lab's balance, and the metrics that CloudWatch would show.
import type { Clock } from '../clock.js';
import type { MetricSink } from '../metrics/metric-sink.js';
import type { EventSourceMappingModel } from '../template/model.js';

/** Records of the stream, each counted once however often it was delivered. */
export interface MappingTotals {
  /** The function took them without reporting a failure. */
  readonly passed: number;
  /** Given up to the failure destination. */
  readonly failed: number;
  /** Given up without a destination: lost. */
  readonly dropped: number;
  /** Kept from the function by the filters. */
  readonly filtered: number;
}

/** Metrics of a mapping that counts events; the counts are of deliveries, so that a retry counts again. */
export type EventCount =
  | 'PolledEventCount'
  | 'FilteredOutEventCount'
  | 'InvokedEventCount'
  | 'FailedInvokeEventCount'
  | 'DroppedEventCount'
  | 'OnFailureDestinationDeliveredEventCount';

export class MappingCounts {
  readonly #mapping: EventSourceMappingModel;
  readonly #metrics: MetricSink;
  readonly #clock: Clock;
  #totals = { passed: 0, failed: 0, dropped: 0, filtered: 0 };

  constructor(mapping: EventSourceMappingModel, metrics: MetricSink, clock: Clock) {
    this.#mapping = mapping;
    this.#metrics = metrics;
    this.#clock = clock;
  }

  get totals(): MappingTotals {
    return { ...this.#totals };
  }

  add(kind: keyof MappingTotals, records: number): void {
    this.#totals[kind] += records;
  }

  emit(name: EventCount, value: number): void {
    if (!this.#mapping.countEvents || value === 0) return;
    this.#put(name, value, 'Count', { EventSourceMappingUUID: this.#mapping.uuid });
  }

  /** Age of the last record of a batch when it is sent to the function, as Lambda defines it. */
  emitIteratorAge(lastArrivalMs: number): void {
    const ageMs = Math.max(0, this.#clock.nowMs() - lastArrivalMs);
    this.#put('IteratorAge', ageMs, 'Milliseconds', { FunctionName: this.#mapping.functionName });
  }

  /** A failure destination could not be written. */
  emitDestinationFailure(): void {
    this.#put('DestinationDeliveryFailures', 1, 'Count', { FunctionName: this.#mapping.functionName });
  }

  #put(name: string, value: number, unit: string, dimensions: Readonly<Record<string, string>>): void {
    this.#metrics.put({ namespace: 'AWS/Lambda', dimensions, name, value, unit, atMs: this.#clock.nowMs() });
  }
}
