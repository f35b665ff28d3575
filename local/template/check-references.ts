// What runs must be able to reach what it names: a resource of another stack or account is not in the lab.
import { parseAlarmRule } from '../metrics/alarm-rule.js';
import type { PlatformModel } from './model.js';

/** References to what the stack does not define, a sentence each. */
export function refuseReferences(model: PlatformModel): string[] {
  const arnsOf = (...groups: (readonly { readonly arn: string }[])[]) => new Set(groups.flat().map(({ arn }) => arn));
  const functions = arnsOf(model.functions);
  const functionNames = new Set(model.functions.map(({ name }) => name));
  const streams = arnsOf(model.streams);
  const sources = arnsOf(model.streams, model.streamConsumers);
  const destinations = arnsOf(model.buckets, model.queues, model.topics);
  const buckets = new Set(model.buckets.map(({ name }) => name));

  const catalogTables = new Set(model.catalogTables.map((table) => `${table.databaseName}.${table.tableName}`));

  const refusals: string[] = [];
  const check = (logicalId: string, what: string, value: string | undefined, known: ReadonlySet<string>) => {
    if (value !== undefined && !known.has(value)) {
      refusals.push(`${what} '${value}' is not in this stack [${logicalId}]`);
    }
  };
  for (const consumer of model.streamConsumers) check(consumer.logicalId, 'stream', consumer.streamArn, streams);
  for (const mapping of model.eventSourceMappings) {
    check(mapping.logicalId, 'event source', mapping.eventSourceArn, sources);
    check(mapping.logicalId, 'function', mapping.functionName, functionNames);
    check(mapping.logicalId, 'failure destination', mapping.onFailureArn, destinations);
  }
  for (const delivery of model.deliveries) {
    check(delivery.logicalId, 'stream', delivery.streamArn, streams);
    check(delivery.logicalId, 'bucket', delivery.bucket, buckets);
    check(delivery.logicalId, 'function', delivery.transform?.functionArn, functions);
    const { conversion } = delivery;
    const table = conversion && `${conversion.databaseName}.${conversion.tableName}`;
    check(delivery.logicalId, 'table of the catalog', table, catalogTables);
  }
  for (const schedule of model.schedules) {
    for (const target of schedule.targets) check(schedule.logicalId, 'function', target.arn, functions);
  }
  const alarms = new Set([...model.alarms, ...model.compositeAlarms].map(({ name }) => name));
  for (const { logicalId, rule } of model.compositeAlarms) {
    for (const name of parseAlarmRule(rule).names) check(logicalId, 'alarm', name, alarms);
  }
  return refusals;
}
