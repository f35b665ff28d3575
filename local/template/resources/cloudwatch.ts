import { checkActions, checkAlarm } from '../../metrics/alarm-evaluator.js';
import { parseAlarmRule } from '../../metrics/alarm-rule.js';
import type { AlarmModel, AlarmQuery } from '../model.js';
import { each, inert, nested, only, run } from '../property-rules.js';
import { listOf, numberOf, objectOf, type Properties, pairsOf, textOf, textsOf } from '../property-values.js';
import { identity, labArn, type ResourceType } from '../resource-type.js';

const DEFAULT_PERIOD_SECONDS = 60;

/** Id of the one query that an alarm on a plain metric has. */
const SINGLE_QUERY_ID = 'm1';

const alarm: ResourceType = {
  type: 'AWS::CloudWatch::Alarm',
  nameProperty: 'AlarmName',
  nameLength: 255,
  arn: ({ name }) => labArn('cloudwatch', `alarm:${name}`),
  rules: {
    ...each(run, 'AlarmName', 'Namespace', 'MetricName', 'Dimensions', 'Statistic', 'ExtendedStatistic', 'Period'),
    ...each(run, 'ComparisonOperator', 'Threshold', 'EvaluationPeriods', 'DatapointsToAlarm'),
    ...each(run, 'AlarmActions', 'OKActions'),
    ActionsEnabled: only(true, 'true'),
    TreatMissingData: only('breaching', 'notBreaching', 'ignore', 'missing'),
    Metrics: nested({
      ...each(run, 'Id', 'Expression', 'ReturnData', 'Period'),
      MetricStat: nested({
        Metric: nested(each(run, 'Namespace', 'MetricName', 'Dimensions')),
        ...each(run, 'Stat', 'Period'),
        Unit: inert('each metric of the lab has one unit'),
      }),
      Label: inert('a text for people'),
      AccountId: inert('the lab is one account'),
    }),
    AlarmDescription: inert('a text for people'),
    Unit: inert('each metric of the lab has one unit'),
    Tags: inert('nothing in the lab reads tags of an alarm'),
  },
  add(draft, resource) {
    const { properties } = resource;
    const evaluationPeriods = numberOf(properties.EvaluationPeriods) ?? 1;
    const model: AlarmModel = {
      ...identity(resource),
      queries: queriesOf(properties),
      comparison: String(properties.ComparisonOperator),
      threshold: numberOf(properties.Threshold) ?? 0,
      periodMs: periodOf(properties) * 1_000,
      evaluationPeriods,
      datapointsToAlarm: numberOf(properties.DatapointsToAlarm) ?? evaluationPeriods,
      treatMissingData: (textOf(properties.TreatMissingData) ?? 'missing') as AlarmModel['treatMissingData'],
      actions: textsOf(properties.AlarmActions),
      okActions: textsOf(properties.OKActions),
    };
    checkAlarm(model);
    draft.alarms.push(model);
  },
};

function queriesOf(properties: Properties): AlarmQuery[] {
  if (properties.Metrics === undefined) {
    const statistic = textOf(properties.Statistic ?? properties.ExtendedStatistic) ?? 'Average';
    const metric = { ...readMetric(properties), statistic, periodMs: periodOf(properties) * 1_000 };
    return [{ id: SINGLE_QUERY_ID, returnData: true, expression: undefined, metric }];
  }
  const queries = listOf(properties.Metrics).map(objectOf);
  return queries.map((query) => {
    const stat = objectOf(query.MetricStat);
    const periodMs = (numberOf(stat.Period) ?? DEFAULT_PERIOD_SECONDS) * 1_000;
    const metric = { ...readMetric(objectOf(stat.Metric)), statistic: String(stat.Stat), periodMs };
    return {
      id: String(query.Id),
      // Left out, it is true: CloudFormation then wants it false on every other query.
      returnData: query.ReturnData === undefined || query.ReturnData === true || query.ReturnData === 'true',
      expression: textOf(query.Expression),
      metric: query.MetricStat === undefined ? undefined : metric,
    };
  });
}

function readMetric(value: Properties) {
  return { namespace: String(value.Namespace), name: String(value.MetricName), dimensions: pairsOf(value.Dimensions) };
}

/** Seconds of one evaluation period: the metric's own, or the longest one that an expression reads. */
function periodOf(properties: Properties): number {
  const queries = listOf(properties.Metrics).map(objectOf);
  const periods = [properties, ...queries, ...queries.map((query) => objectOf(query.MetricStat))]
    .map((holder) => numberOf(holder.Period))
    .filter((period) => period !== undefined);
  return periods.length === 0 ? DEFAULT_PERIOD_SECONDS : Math.max(...periods);
}

const compositeAlarm: ResourceType = {
  type: 'AWS::CloudWatch::CompositeAlarm',
  nameProperty: 'AlarmName',
  nameLength: 255,
  arn: ({ name }) => labArn('cloudwatch', `alarm:${name}`),
  rules: {
    ...each(run, 'AlarmName', 'AlarmRule', 'AlarmActions', 'OKActions'),
    ActionsEnabled: only(true, 'true'),
    AlarmDescription: inert('a text for people'),
    Tags: inert('nothing in the lab reads tags of an alarm'),
  },
  add(draft, resource) {
    const { properties } = resource;
    const model = {
      ...identity(resource),
      rule: String(properties.AlarmRule),
      actions: textsOf(properties.AlarmActions),
      okActions: textsOf(properties.OKActions),
    };
    checkActions(model);
    parseAlarmRule(model.rule);
    draft.compositeAlarms.push(model);
  },
};

export const cloudwatchTypes: readonly ResourceType[] = [alarm, compositeAlarm];
