import { expect, test } from '@jest/globals';
import { ScheduleRunner } from '../../../local/event-sources/schedule-runner.js';
import type { InvocationResult } from '../../../local/services/lambda/invoker.js';
import { answered, threw } from '../../support/a-mapping.js';
import { ManualClock } from '../../support/manual-clock.js';

const MINUTE = 60_000;

function aSchedule(answer: () => InvocationResult = () => answered(), input?: unknown) {
  const clock = new ManualClock();
  const events: { arn: string; event: unknown; minute: number }[] = [];
  const startMs = clock.nowMs();
  const runner = new ScheduleRunner({
    schedule: {
      logicalId: 'Tick',
      path: 'Tick',
      name: 'tick',
      arn: 'arn:aws:events:us-east-1:000000000000:rule/tick',
      intervalMs: 5 * MINUTE,
      targets: [{ arn: 'arn:aws:lambda:us-east-1:000000000000:function:fn', input }],
    },
    invoker: {
      invoke: async (arn, event) => {
        events.push({ arn, event, minute: (clock.nowMs() - startMs) / MINUTE });
        return answer();
      },
    },
    clock,
    onError: (error) => {
      throw error;
    },
  });
  return { clock, events, runner };
}

test('invokes its function at each interval of lab time with a scheduled event', async () => {
  const { clock, events, runner } = aSchedule();
  runner.start();
  await clock.advance(11 * MINUTE);
  await runner.stop();
  expect(events.map(({ minute }) => minute)).toEqual([5, 10]);
  expect(events[0]).toMatchObject({
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:fn',
    event: {
      version: '0',
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      time: '2026-01-05T10:05:00Z',
      resources: ['arn:aws:events:us-east-1:000000000000:rule/tick'],
      detail: {},
    },
  });
});

test('sends the input of the rule instead when it has one', async () => {
  const { clock, events, runner } = aSchedule(undefined, { count: 3 });
  runner.start();
  await clock.advance(5 * MINUTE);
  await runner.stop();
  expect(events.map(({ event }) => event)).toEqual([{ count: 3 }]);
});

test('tries a failed event twice more, after one minute and after two', async () => {
  const { clock, events, runner } = aSchedule(() => threw());
  runner.start();
  await clock.advance(9 * MINUTE);
  await runner.stop();
  expect(events.map(({ minute }) => minute)).toEqual([5, 6, 8]);
});

test('tries a throttled event until there is room', async () => {
  let refused = 0;
  const { clock, events, runner } = aSchedule(() => (refused++ < 4 ? { kind: 'throttled' } : answered()));
  runner.start();
  await clock.advance(9 * MINUTE);
  await runner.stop();
  expect(events).toHaveLength(5);
});
