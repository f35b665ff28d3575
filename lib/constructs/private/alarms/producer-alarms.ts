// What is watched of a producer function.
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { METRIC_NAMESPACE, METRICS } from '../../../../lambdas/producer/contract.js';
import { serviceOf } from '../platform-function.js';
import { type AlarmDefinition, FIVE_MINUTES, metricOf, SUM } from './alarm-definition.js';

export function producerAlarms(fn: lambda.IFunction): AlarmDefinition[] {
  return [
    ...recordsNotPut(fn),
    {
      kind: 'ProducerErrors',
      severity: 'warn',
      meaning: 'The producer function ends with an error.',
      metric: fn.metric('Errors', { statistic: SUM, period: FIVE_MINUTES }),
      threshold: 0,
      periods: [2, 3],
    },
  ];
}

/** Counted by this package's producer; none for any other. */
function recordsNotPut(fn: lambda.IFunction): AlarmDefinition[] {
  const service = serviceOf(fn);
  if (service === undefined) return [];
  const series = { namespace: METRIC_NAMESPACE, dimensionsMap: { service, FunctionName: fn.functionName } };
  return [
    {
      kind: 'RecordsNotPut',
      severity: 'page',
      meaning: 'Events were refused, or not accepted by the stream after all attempts; whoever sent them was told.',
      metric: metricOf(series, METRICS.recordsNotPut, SUM, FIVE_MINUTES),
      threshold: 0,
      periods: [1, 1],
    },
  ];
}
