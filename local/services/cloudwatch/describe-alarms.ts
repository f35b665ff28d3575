// DescribeAlarms: the alarms of the template with the state that the lab's evaluator gives them.
import type { AlarmStatus } from '../../metrics/alarm-evaluator.js';
import type { AlarmState } from '../../metrics/evaluate-alarm.js';

interface DescribeAlarmsInput {
  readonly AlarmNames?: readonly string[];
  readonly AlarmNamePrefix?: string;
  readonly StateValue?: AlarmState;
}

export function describeAlarms(statuses: readonly AlarmStatus[], input: DescribeAlarmsInput) {
  const wanted = statuses.filter(
    ({ alarm, state }) =>
      (input.AlarmNames?.includes(alarm.name) ?? true) &&
      alarm.name.startsWith(input.AlarmNamePrefix ?? '') &&
      (input.StateValue ?? state) === state,
  );
  return { MetricAlarms: wanted.map(renderAlarm), CompositeAlarms: [] };
}

function renderAlarm({ alarm, state, reason, sinceMs }: AlarmStatus) {
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    ActionsEnabled: true,
    AlarmActions: alarm.actions,
    OKActions: alarm.okActions,
    StateValue: state,
    StateReason: reason,
    StateUpdatedTimestamp: sinceMs / 1000,
    StateTransitionedTimestamp: sinceMs / 1000,
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    TreatMissingData: alarm.treatMissingData,
    ...renderMetrics(alarm.queries),
  };
}

function renderMetrics(queries: AlarmStatus['alarm']['queries']) {
  const rendered = queries.map(({ id, expression, metric, returnData }) => ({
    Id: id,
    ReturnData: returnData,
    ...(expression === undefined ? {} : { Expression: expression }),
    ...(metric
      ? {
          MetricStat: {
            Metric: {
              Namespace: metric.namespace,
              MetricName: metric.name,
              Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
            },
            Period: metric.periodMs / 1000,
            Stat: metric.statistic,
          },
        }
      : {}),
  }));
  return { Metrics: rendered };
}
