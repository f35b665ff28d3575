import type { StreamTraffic } from '../../core/scaling/measure-load.js';

/** What a stream took and rejected in one minute. */
export interface TrafficMinute {
  readonly bytes?: number;
  readonly records?: number;
  readonly throttled?: number;
}

/** Metrics of consecutive minutes that end at `endMs`; a minute left undefined has no points. */
export function streamTraffic(endMs: number, minutes: readonly (TrafficMinute | undefined)[]): StreamTraffic {
  const points = (read: (minute: TrafficMinute) => number | undefined) =>
    minutes.flatMap((minute, i) => {
      const value = minute && read(minute);
      return value === undefined ? [] : [{ atMs: endMs - (minutes.length - i) * 60_000, value }];
    });
  return {
    incomingBytes: points(({ bytes }) => bytes),
    incomingRecords: points(({ records }) => records),
    throttledRecords: points(({ throttled }) => throttled),
  };
}
