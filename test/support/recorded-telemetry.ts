import type { LogEvent, Telemetry } from '../../runtime/telemetry/lambda-telemetry.js';

export interface RecordedTelemetry<E extends LogEvent> extends Telemetry<E> {
  readonly events: E[];
  readonly measured: Readonly<Record<string, number>>[];
}

/** Telemetry that remembers. */
export function recordedTelemetry<E extends LogEvent>(): RecordedTelemetry<E> {
  const events: E[] = [];
  const measured: Readonly<Record<string, number>>[] = [];
  return { events, measured, log: (event) => events.push(event), measure: (values) => measured.push(values) };
}
