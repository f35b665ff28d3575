// What is watched of the platform's own producer function.
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { METRIC_NAMESPACE, METRICS, SERVICE } from '../../../../lambdas/producer/contract.js';
import { type AlarmDefinition, FIVE_MINUTES, metricOf, type Series, SUM } from './alarm-definition.js';
import { functionSeries } from './consumer-alarms.js';

export function producerSeries(fn: lambda.IFunction): Series {
  return { namespace: METRIC_NAMESPACE, dimensionsMap: { service: SERVICE, FunctionName: fn.functionName } };
}

export function producerAlarms(fn: lambda.IFunction): AlarmDefinition[] {
  return [
    {
      kind: 'RecordsNotPut',
      severity: 'page',
      meaning: 'Events were not accepted by the stream after all attempts; whoever sent them was told.',
      metric: metricOf(producerSeries(fn), METRICS.recordsNotPut, SUM, FIVE_MINUTES),
      threshold: 0,
      periods: [1, 1],
    },
    {
      kind: 'ProducerErrors',
      severity: 'warn',
      meaning: 'The producer function ends with an error.',
      metric: metricOf(functionSeries(fn), 'Errors', SUM, FIVE_MINUTES),
      threshold: 0,
      periods: [2, 3],
    },
  ];
}
