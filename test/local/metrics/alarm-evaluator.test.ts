import { expect, test } from '@jest/globals';
import { AlarmEvaluator } from '../../../local/metrics/alarm-evaluator.js';
import { MetricStore } from '../../../local/metrics/metric-store.js';
import type { AlarmModel } from '../../../local/template/model.js';
import { aComposite, aMetricQuery, anAlarm } from '../../support/an-alarm.js';
import { ManualClock } from '../../support/manual-clock.js';

const M = 60_000;
const topic = 'arn:aws:sns:us-east-1:000000000000:alarms';

function aLab(...alarms: AlarmModel[]) {
  const clock = new ManualClock();
  const metrics = new MetricStore();
  const notices: { to: string; body: Record<string, unknown> }[] = [];
  const topics = {
    publish: async (to: string, message: { body: string }) => void notices.push({ to, body: JSON.parse(message.body) }),
  };
  const evaluator = new AlarmEvaluator({ alarms, metrics, topics, clock });
  const put = (value: number) =>
    metrics.put({ namespace: 'Test', name: 'm1', dimensions: {}, value, atMs: clock.nowMs() });
  return { clock, evaluator, notices, put };
}

test('tells the topic of a change of state, once, and of the way back', async () => {
  const { clock, evaluator, notices, put } = aLab(
    anAlarm({ name: 'lag', actions: [topic], okActions: [topic], treatMissingData: 'notBreaching' }),
  );
  const stop = new AbortController();
  const running = evaluator.run(stop.signal);
  await clock.advance(M + 5_000);
  put(1);
  await clock.advance(M);
  put(1);
  await clock.advance(M);
  const raisedMs = clock.nowMs();
  await clock.advance(5 * M);
  stop.abort();
  await running;
  expect(notices.map(({ to, body }) => [to, body.OldStateValue, body.NewStateValue])).toEqual([
    [topic, 'INSUFFICIENT_DATA', 'OK'],
    [topic, 'OK', 'ALARM'],
    [topic, 'ALARM', 'OK'],
  ]);
  expect(evaluator.states()).toMatchObject([{ state: 'OK', raised: 1, alarm: { name: 'lag' } }]);
  expect(evaluator.states()[0]!.sinceMs).toBeGreaterThan(raisedMs);
});

test('looks further back and acts later where metrics can only be read after a while', async () => {
  const clock = new ManualClock();
  const metricDelayMs = 90_000;
  const metrics = new MetricStore({ visibleUntilMs: () => Math.floor((clock.nowMs() - metricDelayMs) / M) * M });
  const alarms = [anAlarm({ evaluationPeriods: 1, datapointsToAlarm: 1, treatMissingData: 'notBreaching' })];
  const topics = { publish: async () => undefined };
  const evaluator = new AlarmEvaluator({ alarms, metrics, topics, clock, metricDelayMs });
  const state = async () => {
    await evaluator.evaluate();
    return evaluator.states()[0]!.state;
  };
  metrics.put({ namespace: 'Test', name: 'm1', dimensions: {}, value: 1, atMs: clock.nowMs() });
  await clock.advance(M);
  expect(await state()).toBe('OK');
  await clock.advance(90_000);
  expect(await state()).toBe('ALARM');
});

test('evaluates the sum of a longer period minute by minute', async () => {
  const query = aMetricQuery('m1', { periodMs: 5 * M });
  const { clock, evaluator, put } = aLab(anAlarm({ queries: [query], periodMs: 5 * M, threshold: 3 }));
  for (let minute = 0; minute < 4; minute += 1) {
    put(1);
    await clock.advance(M);
  }
  await evaluator.evaluate();
  expect(evaluator.states()[0]!.state).toBe('ALARM');
});

test.each([
  ['a comparison', { comparison: 'LessThanLowerOrGreaterThanUpperThreshold' }, 'comparison'],
  ['a statistic', { queries: [aMetricQuery('m1', { statistic: 'IQM' })] }, "statistic 'IQM'"],
  ['an action', { actions: ['arn:aws:lambda:us-east-1:0:function:f'] }, 'has the action'],
  ['two results', { queries: [aMetricQuery('m1'), aMetricQuery('m2')] }, 'exactly one query'],
])('fails when an alarm has %s that the lab does not have, with its name', (_, more, reason) => {
  expect(() => aLab(anAlarm({ name: 'odd', ...more }))).toThrow(new RegExp(`alarm 'odd'.*${reason}`));
});

test('a composite alarm rings with those of its rule, others of its kind among them, and tells its topic', async () => {
  const clock = new ManualClock();
  const metrics = new MetricStore();
  const notices: Record<string, unknown>[] = [];
  const topics = { publish: async (_to: string, { body }: { body: string }) => void notices.push(JSON.parse(body)) };
  const alarms = [anAlarm({ name: 'lag', treatMissingData: 'notBreaching' })];
  const composites = [
    aComposite({ name: 'page', rule: 'ALARM(unhealthy) AND NOT ALARM(quiet)', actions: [topic], okActions: [topic] }),
    aComposite({ name: 'unhealthy', rule: 'ALARM("lag") OR INSUFFICIENT_DATA("lag")' }),
    aComposite({ name: 'quiet', rule: 'FALSE' }),
  ];
  const evaluator = new AlarmEvaluator({ alarms, composites, metrics, topics, clock });
  const state = async () => {
    await evaluator.evaluate();
    return Object.fromEntries(evaluator.compositeStates().map(({ alarm: { name }, state }) => [name, state]));
  };
  metrics.put({ namespace: 'Test', name: 'm1', dimensions: {}, value: 1, atMs: clock.nowMs() });
  await clock.advance(M);
  expect(await state()).toEqual({ page: 'ALARM', unhealthy: 'ALARM', quiet: 'OK' });
  await clock.advance(5 * M);
  expect(await state()).toEqual({ page: 'OK', unhealthy: 'OK', quiet: 'OK' });
  expect(notices).toMatchObject([
    { AlarmName: 'page', OldStateValue: 'INSUFFICIENT_DATA', NewStateValue: 'ALARM', AlarmRule: composites[0]!.rule },
    { AlarmName: 'page', OldStateValue: 'ALARM', NewStateValue: 'OK' },
  ]);
});

test('fails when a composite alarm reads itself', () => {
  const composites = [aComposite({ name: 'a', rule: 'ALARM(b)' }), aComposite({ name: 'b', rule: 'TRUE OR ALARM(a)' })];
  const topics = { publish: async () => undefined };
  const options = { alarms: [], composites, metrics: new MetricStore(), topics, clock: new ManualClock() };
  expect(() => new AlarmEvaluator(options)).toThrow("alarm 'a' cannot be evaluated: its rule reads the alarm itself");
});
