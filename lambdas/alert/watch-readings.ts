// Works through decoded records: which start an anomaly, which are unusable, and how each series stands afterwards. Pure,
// so that a batch cut short is worked through again up to the cut.
import { observeReading, type SeriesState } from '../../core/anomaly/observe-reading.js';
import { type BadRecord, badRecord, type DecodedRecord } from '../../runtime/consumer/decode-records.js';
import { readNumeric } from '../../runtime/consumer/numeric-field.js';
import type { AlertMessage } from './contract.js';

/** States by series, the one read last standing last. */
export type SeriesMap = ReadonlyMap<string, SeriesState>;

/** Series remembered per shard: at 1.4 KB with the longest name they fit the one item that holds them, of at most 400 KB. */
export const SERIES_MAX = 200;

/** Characters of a series' name that are kept. */
const SERIES_NAME_MAX = 256;

export interface Watched {
  readonly series: SeriesMap;
  readonly onsets: readonly { readonly position: number; readonly message: AlertMessage }[];
  readonly bad: readonly { readonly position: number; readonly record: BadRecord }[];
}

/**
 * Watches the readings in `valueField`, a series per event type.
 *
 * An event without the field is no reading and no fault; one whose field is not a number is unusable. When there are more
 * series than are remembered, the one not read for longest is forgotten.
 */
export function watchReadings(before: SeriesMap, records: readonly DecodedRecord[], valueField: string): Watched {
  const series = new Map(before);
  const onsets: { position: number; message: AlertMessage }[] = [];
  const bad: { position: number; record: BadRecord }[] = [];
  records.forEach((record, position) => {
    if (record.kind === 'bad') {
      bad.push({ position, record });
      return;
    }
    const { id, time, type, payload } = record.event;
    const reading = readNumeric(Object.hasOwn(payload, valueField) ? payload[valueField] : undefined);
    if (reading.kind === 'none') return;
    if (reading.kind === 'not-a-number') {
      bad.push({ position, record: badRecord(record.source, 'InvalidValue', `'${valueField}' must be a number`) });
      return;
    }
    const name = type.slice(0, SERIES_NAME_MAX);
    const { state, anomaly } = observeReading(series.get(name), reading.value);
    series.delete(name);
    series.set(name, state);
    if (series.size > SERIES_MAX) series.delete(series.keys().next().value!);
    if (!anomaly) return;
    const { expected, score } = anomaly;
    onsets.push({ position, message: { series: type, id, time, value: reading.value, expected, score } });
  });
  return { series, onsets, bad };
}
