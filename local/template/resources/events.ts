import { each, inert, nested, only, run } from '../property-rules.js';
import { listOf, objectOf, textOf } from '../property-values.js';
import { identity, labArn, type ResourceType } from '../resource-type.js';

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const rule: ResourceType = {
  type: 'AWS::Events::Rule',
  nameProperty: 'Name',
  nameLength: 64,
  arn: ({ name }) => labArn('events', `rule/${name}`),
  rules: {
    ...each(run, 'Name', 'ScheduleExpression'),
    State: only('ENABLED'),
    Description: inert('a text for people'),
    Tags: inert('nothing in the lab reads tags of a rule'),
    Targets: nested({
      ...each(run, 'Arn', 'Input'),
      Id: inert('targets are told apart by their ARN'),
      RetryPolicy: inert('the schedule always reaches its function in the lab'),
      DeadLetterConfig: inert('the schedule always reaches its function in the lab'),
    }),
  },
  add(draft, resource) {
    const targets = listOf(resource.properties.Targets).map(objectOf);
    const other = targets.find((target) => !/^arn:aws:lambda:/.test(String(target.Arn)));
    if (other) throw new Error(`a target of a schedule must be a function in the lab, got '${other.Arn}'`);
    draft.schedules.push({
      ...identity(resource),
      intervalMs: intervalOf(textOf(resource.properties.ScheduleExpression) ?? ''),
      targets: targets.map((target) => ({
        arn: String(target.Arn),
        input: target.Input === undefined ? undefined : (JSON.parse(String(target.Input)) as unknown),
      })),
    });
  },
};

function intervalOf(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const unitMs = UNIT_MS[unit ?? ''];
  if (!unitMs) throw new Error(`a schedule must be a rate in the lab, got '${expression}'`);
  return Number(count) * unitMs;
}

export const eventsTypes: readonly ResourceType[] = [rule];
