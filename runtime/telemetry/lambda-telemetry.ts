// What a function tells its operators: events to its log, counts as embedded metrics in the same log.
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** One thing that happened. Ids, counts and names of errors; never a payload, never a key. */
export interface LogEvent {
  readonly type: string;
  readonly level: 'info' | 'warn' | 'error';
}

/** Everything a use case can tell. */
export interface Telemetry<E extends LogEvent> {
  log(event: E): void;
  /** Emits metrics together, zeros included: a sum of zero is a datapoint, silence is not. */
  measure(values: Readonly<Record<string, number>>): void;
}

export interface TelemetryOptions {
  readonly service: string;
  readonly namespace: string;
  /** Dimensions beside `service`. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/**
 * Makes the telemetry of a Lambda function, on Powertools.
 */
export function lambdaTelemetry<E extends LogEvent>({
  service,
  namespace,
  dimensions,
}: TelemetryOptions): Telemetry<E> {
  const logger = new Logger({ serviceName: service });
  const metrics = new Metrics({ namespace, serviceName: service, defaultDimensions: { ...dimensions } });
  return {
    log: ({ type, level, ...details }) => logger[level](type, details),
    measure(values) {
      for (const [name, value] of Object.entries(values)) {
        metrics.addMetric(name, unitOf(name), value);
      }
      metrics.publishStoredMetrics();
    },
  };
}

function unitOf(name: string) {
  if (name.endsWith('Percent')) return MetricUnit.Percent;
  return name.endsWith('Milliseconds') ? MetricUnit.Milliseconds : MetricUnit.Count;
}
