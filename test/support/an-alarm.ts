import type { AlarmModel, AlarmQuery, CompositeAlarmModel } from '../../local/template/model.js';

/** A metric query of an alarm. */
export function aMetricQuery(id: string, more: Partial<NonNullable<AlarmQuery['metric']>> = {}): AlarmQuery {
  const metric = { namespace: 'Test', name: id, dimensions: {}, statistic: 'Sum', periodMs: 60_000, ...more };
  return { id, returnData: true, expression: undefined, metric };
}

/** An alarm on the sum of a metric `m1` over one minute, above 0 for one period. */
export function anAlarm(more: Partial<AlarmModel> = {}): AlarmModel {
  const name = more.name ?? 'alarm';
  return {
    logicalId: 'Alarm',
    path: 'Alarm',
    name,
    arn: `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${name}`,
    queries: [aMetricQuery('m1')],
    comparison: 'GreaterThanThreshold',
    threshold: 0,
    periodMs: 60_000,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: 'missing',
    actions: [],
    okActions: [],
    ...more,
  };
}

/** A composite alarm without actions. */
export function aComposite(
  more: Pick<CompositeAlarmModel, 'name' | 'rule'> & Partial<CompositeAlarmModel>,
): CompositeAlarmModel {
  const arn = `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${more.name}`;
  return { logicalId: more.name, path: more.name, arn, actions: [], okActions: [], ...more };
}
