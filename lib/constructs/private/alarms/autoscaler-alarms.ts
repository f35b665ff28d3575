// What is watched of the autoscaler: can it act, does it run, how many calls has it left.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS } from '../../../../lambdas/autoscaler/contract.js';
import type { StreamAutoscaler } from '../../stream-autoscaler.js';
import { type AlarmDefinition, FIVE_MINUTES, MINIMUM, SUM } from './alarm-definition.js';

const RESIZES_TO_KEEP = 2;

export function autoscalerAlarms(autoscaler: StreamAutoscaler): AlarmDefinition[] {
  return [
    {
      kind: 'ScaleFailed',
      severity: 'warn',
      meaning: 'The stream could not be resized although its load asks for it.',
      metric: autoscaler.metricScaleFailed(),
      threshold: 0,
      periods: [1, 1],
    },
    {
      kind: 'AutoscalerFailing',
      severity: 'warn',
      meaning: 'The autoscaler ends with an error, so nobody resizes the stream.',
      metric: autoscaler.function.metric('Errors', { statistic: SUM, period: FIVE_MINUTES }),
      threshold: 0,
      periods: [2, 3],
    },
    {
      kind: 'ResizesRunningOut',
      severity: 'warn',
      meaning: `Fewer than ${RESIZES_TO_KEEP} resizes are left of those that the service allows in 24 hours.`,
      metric: autoscaler.metric(METRICS.resizesLeft, { statistic: MINIMUM, period: FIVE_MINUTES }),
      threshold: RESIZES_TO_KEEP,
      comparison: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      periods: [1, 1],
    },
  ];
}
