// The composite alarms of the template, in an order in which each comes after those that its rule reads.
import type { CompositeAlarmModel } from '../template/model.js';
import { type AlarmRuleExpression, parseAlarmRule } from './alarm-rule.js';
import type { AlarmState, AlarmVerdict } from './evaluate-alarm.js';

/** A composite alarm and its parsed rule. */
export interface CompositeAlarm {
  readonly alarm: CompositeAlarmModel;
  readonly rule: AlarmRuleExpression;
}

/** Parses and orders them; one that reads itself is refused. */
export function orderComposites(alarms: readonly CompositeAlarmModel[]): CompositeAlarm[] {
  const parsed = new Map(alarms.map((alarm) => [alarm.name, { alarm, rule: parseAlarmRule(alarm.rule) }]));
  const ordered = new Set<CompositeAlarm>();
  const visit = (composite: CompositeAlarm, path: readonly string[]) => {
    const { name } = composite.alarm;
    if (path.includes(name)) throw new Error(`alarm '${name}' cannot be evaluated: its rule reads the alarm itself`);
    for (const inner of composite.rule.names) {
      const next = parsed.get(inner);
      if (next) visit(next, [...path, name]);
    }
    ordered.add(composite);
  };
  for (const composite of parsed.values()) visit(composite, []);
  return [...ordered];
}

/** State of a composite alarm by the states of those that it reads. */
export function evaluateComposite(
  { rule }: CompositeAlarm,
  stateOf: (alarmName: string) => AlarmState | undefined,
): AlarmVerdict {
  const states = [...rule.names].map((name) => `${name} is ${stateOf(name) ?? 'unknown'}`);
  return { state: rule.holds(stateOf) ? 'ALARM' : 'OK', reason: states.join(', ') };
}
