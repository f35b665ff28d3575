// DescribeAlarms: the alarms of the template with the state that the lab's evaluator gives them.
import type { AlarmEvaluator, AlarmStatus } from '../../metrics/alarm-evaluator.js';
import type { AlarmState } from '../../metrics/evaluate-alarm.js';
import type { AlarmModel, CompositeAlarmModel } from '../../template/model.js';

interface DescribeAlarmsInput {
  readonly AlarmNames?: readonly string[];
  readonly AlarmNamePrefix?: string;
  readonly StateValue?: AlarmState;
  /** Without it there are only alarms on metrics in the answer. */
  readonly AlarmTypes?: readonly string[];
}

export function describeAlarms(
  alarms: Pick<AlarmEvaluator, 'states' | 'compositeStates'>,
  { AlarmNames, AlarmNamePrefix = '', StateValue, AlarmTypes = ['MetricAlarm'] }: DescribeAlarmsInput,
) {
  const isWanted = ({ alarm: { name }, state }: AlarmStatus<AlarmModel | CompositeAlarmModel>) =>
    (AlarmNames?.includes(name) ?? true) && name.startsWith(AlarmNamePrefix) && (StateValue ?? state) === state;
  const metricAlarms = AlarmTypes.includes('MetricAlarm') ? alarms.states() : [];
  const compositeAlarms = AlarmTypes.includes('CompositeAlarm') ? alarms.compositeStates() : [];
  return {
    MetricAlarms: metricAlarms.filter(isWanted).map(renderMetricAlarm),
    CompositeAlarms: compositeAlarms
      .filter(isWanted)
      .map((status) => ({ ...renderAlarm(status), AlarmRule: status.alarm.rule })),
  };
}

function renderMetricAlarm(status: AlarmStatus) {
  const { alarm } = status;
  return {
    ...renderAlarm(status),
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    TreatMissingData: alarm.treatMissingData,
    ...renderMetrics(alarm.queries),
  };
}

/** What alarms of both kinds have. */
function renderAlarm({ alarm, state, reason, sinceMs }: AlarmStatus<AlarmModel | CompositeAlarmModel>) {
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
