// An alarm as data: what it watches, from when on it fires, and the runbook heading that it links to.
import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

export interface AlarmDefinition {
  /** Last part of the alarm's name, and its heading in docs/runbook.md. */
  readonly kind: string;
  /** `page`: data is being lost or will be. `warn`: look at it within the day. */
  readonly severity: 'page' | 'warn';
  /** One sentence, for whoever reads the notification. */
  readonly meaning: string;
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  /** @default GREATER_THAN_THRESHOLD */
  readonly comparison?: cloudwatch.ComparisonOperator;
  /** M of N periods. */
  readonly periods: readonly [breaching: number, of: number];
  /** @default NOT_BREACHING: what is counted when it happens is missing when it does not */
  readonly missing?: cloudwatch.TreatMissingData;
}

export const ONE_MINUTE = Duration.minutes(1);
export const FIVE_MINUTES = Duration.minutes(5);
export const { SUM, AVERAGE, MAXIMUM, MINIMUM } = cloudwatch.Stats;

/** Where AWS publishes a series. */
export interface Series {
  readonly namespace: string;
  readonly dimensionsMap: { readonly [name: string]: string };
}

/** Metric of a series; every alarm states statistic and period. */
export function metricOf(
  series: Series,
  metricName: string,
  statistic: string,
  period: Duration,
  label?: string,
): cloudwatch.Metric {
  return new cloudwatch.Metric({ ...series, metricName, statistic, period, label });
}
