// Works through readings: which start an anomaly, and how each series stands afterwards. Pure, so that a batch cut short is
// worked through again up to the cut.
import { observeReading, type SeriesState } from '../../core/anomaly/observe-reading.js';
import type { Codec } from '../../runtime/consumer/codec.js';
import { eventCodec } from '../../runtime/consumer/event-codec.js';
import { readNumeric } from '../../runtime/consumer/numeric-field.js';
import { PermanentError } from '../../runtime/consumer/permanent-error.js';
import type { AlertMessage } from './contract.js';

/** States by series, the one read last standing last. */
export type SeriesMap = ReadonlyMap<string, SeriesState>;

/** Series remembered per shard: at 1.4 KB with the longest name they fit the one item that holds them, of at most 400 KB. */
export const SERIES_MAX = 200;

/** Characters of a series' name that are kept. */
const SERIES_NAME_MAX = 256;

/** An event as the alerts see it. */
export interface Reading {
  readonly id: string;
  readonly time: string;
  readonly type: string;
  /** Undefined when the event has no such field. */
  readonly value: number | undefined;
}

export interface Watched {
  readonly series: SeriesMap;
  readonly onsets: readonly { readonly position: number; readonly message: AlertMessage }[];
}

/**
 * Decodes events to readings of `valueField`.
 *
 * An event without the field is no reading and no fault; one whose field is not a number is unusable.
 */
export function readingCodec(valueField: string): Codec<Reading> & { decode(bytes: Uint8Array): Reading } {
  return {
    decode(bytes) {
      const { id, time, type, payload } = eventCodec.decode(bytes);
      const reading = readNumeric(Object.hasOwn(payload, valueField) ? payload[valueField] : undefined);
      if (reading.kind === 'not-a-number') throw new PermanentError('InvalidValue', `'${valueField}' must be a number`);
      return { id, time, type, value: reading.kind === 'number' ? reading.value : undefined };
    },
  };
}

/**
 * Watches readings, a series per event type. When there are more series than are remembered, the one not read for longest
 * is forgotten.
 */
export function watchReadings(before: SeriesMap, readings: readonly Reading[]): Watched {
  const series = new Map(before);
  const onsets: { position: number; message: AlertMessage }[] = [];
  readings.forEach(({ id, time, type, value }, position) => {
    if (value === undefined) return;
    const name = type.slice(0, SERIES_NAME_MAX);
    const { state, anomaly } = observeReading(series.get(name), value);
    series.delete(name);
    series.set(name, state);
    if (series.size > SERIES_MAX) series.delete(series.keys().next().value!);
    if (!anomaly) return;
    const { expected, score } = anomaly;
    onsets.push({ position, message: { series: type, id, time, value, expected, score } });
  });
  return { series, onsets };
}
