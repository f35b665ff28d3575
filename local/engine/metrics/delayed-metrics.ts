// CloudWatch shows what a stream reports some time after the minute in which it happened. Where the lab is told to wait
// as well, datapoints are kept until then, stamped with the time they are about.
import { METRIC_PERIOD_MS } from '../../../core/limits.js';
import type { Datapoint, MetricSink } from '../../metrics/metric-sink.js';

/** Does `action` after `ms` of lab time. */
type Later = (ms: number, action: () => void) => void;

/** A sink that passes on each minute's datapoints `delayMs` after its end; `sink` itself when there is no delay. */
export function delayed(sink: MetricSink, delayMs: number, later: Later): MetricSink {
  if (delayMs <= 0) return sink;
  const minutes = new Map<number, Datapoint[]>();
  return {
    put(datapoint) {
      const minute = Math.floor(datapoint.atMs / METRIC_PERIOD_MS);
      const waiting = minutes.get(minute);
      if (waiting) {
        waiting.push(datapoint);
        return;
      }
      const first = [datapoint];
      minutes.set(minute, first);
      later((minute + 1) * METRIC_PERIOD_MS - datapoint.atMs + delayMs, () => {
        minutes.delete(minute);
        for (const each of first) sink.put(each);
      });
    },
  };
}
