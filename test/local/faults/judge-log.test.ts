import { expect, test } from '@jest/globals';
import type { ChaosEvent } from '../../../local/faults/chaos-log.js';
import { judgeLog } from '../../../local/faults/judge-log.js';
import { aCleanLog, aFault, anInvocation } from '../../support/a-chaos-log.js';

const clean = aCleanLog({ keys: 3, numbers: 4, consumers: ['polled', 'pushed'], batch: 3 });

/** The log with these events before its end. */
const withEvents = (...events: readonly ChaosEvent[]) => [...clean.slice(0, -1), ...events, clean.at(-1)!];

const strays = (...consumers: readonly string[]) =>
  consumers.map((name) => `consumer '${name}' is not among those of the run: it was not judged`);

const found = { lost: 0, outOfOrder: 0, unexplainedDuplicates: 0 };

test('a run in which nothing went wrong is clean', () => {
  expect(judgeLog(clean)).toEqual({
    records: 12,
    ...found,
    explained: { lostReplies: 0, redeliveries: 0 },
    faults: 0,
    reshards: 0,
    findings: [],
  });
});

test('a record that was acknowledged and never stored is lost to every consumer', () => {
  expect(judgeLog(withEvents({ e: 'acked', records: [9, 0] }))).toMatchObject({ records: 13, ...found, lost: 2 });
});

test('a record that was stored and has no effect is lost, acknowledged or not', () => {
  const stored: ChaosEvent = { e: 'stored', request: 9, copies: [12, 0, 4, 0] };
  expect(judgeLog(withEvents(stored))).toMatchObject({ ...found, lost: 2 });
});

test('a log without an end is not clean', () => {
  expect(judgeLog(clean.slice(0, -1)).findings).toEqual(['the log has no end: the run was cut off']);
});

const beginning = clean[0] as Extract<ChaosEvent, { e: 'run' }>;

test('a log without its beginning is not clean: nothing says what was put, nor who must have seen it', () => {
  const { findings } = judgeLog(clean.slice(1));
  expect(findings).toEqual(['the log has no beginning: nothing says what was put', ...strays('polled', 'pushed')]);
});

test('records that the run says were put and that left no trace are lost to every consumer', () => {
  const verdict = judgeLog([{ ...beginning, records: 14 }, ...clean.slice(1)]);
  expect(verdict).toMatchObject({ ...found, lost: 4 });
  expect(verdict.findings).toEqual(['12 of 14 records were acknowledged']);
});

test('a record that was stored and that its producer never knew of is not clean', () => {
  const at = clean.findIndex(({ e }) => e === 'acked');
  const verdict = judgeLog(clean.filter((_, place) => place !== at));
  expect(verdict).toMatchObject({ records: 12, ...found, findings: ['9 of 12 records were acknowledged'] });
});

test('a log that leaves out one of its consumers is not clean', () => {
  const verdict = judgeLog([{ ...beginning, consumers: ['polled'] }, ...clean.slice(1)]);
  expect(verdict).toMatchObject({ ...found, findings: strays('pushed') });
});

test('the effect of a record that nobody stored is not explained', () => {
  const effect: ChaosEvent = { e: 'effect', consumer: 'polled', requestId: 'x', copies: [-1] };
  expect(judgeLog(withEvents(effect))).toMatchObject({ ...found, unexplainedDuplicates: 1 });
});

const again = anInvocation({ consumer: 'polled', invocation: 5, copies: [9, 10, 11], passed: 3 });
const duplicates: { rule: string; events: readonly ChaosEvent[]; unexplained: number; explained: object }[] = [
  {
    rule: 'a batch that passed and comes again',
    events: again,
    unexplained: 3,
    explained: { lostReplies: 0, redeliveries: 0 },
  },
  {
    rule: 'a batch whose invocation crashed after its effect',
    events: [
      ...again,
      aFault({ site: 'invocation', name: 'polled', ordinal: 6, kind: 'crash-after' }),
      ...anInvocation({ consumer: 'polled', invocation: 6, copies: [9, 10, 11], passed: 0 }),
    ],
    unexplained: 3,
    explained: { lostReplies: 0, redeliveries: 3 },
  },
  {
    rule: 'what a partial failure left, when the reply to the effect was lost',
    events: [
      aFault({ site: 'service', name: 'S3', ordinal: 1, kind: 'lose-reply', detail: '/b/effects/polled/polled-5/0' }),
      ...anInvocation({ consumer: 'polled', invocation: 5, copies: [9, 10, 11], passed: 1 }),
    ],
    unexplained: 1,
    explained: { lostReplies: 0, redeliveries: 2 },
  },
  {
    rule: 'a batch that was said to have failed without a fault',
    events: anInvocation({ consumer: 'polled', invocation: 5, copies: [9, 10, 11], passed: 0 }),
    unexplained: 3,
    explained: { lostReplies: 0, redeliveries: 0 },
  },
  {
    rule: 'a fault of another consumer',
    events: [
      aFault({ site: 'invocation', name: 'pushed', ordinal: 5, kind: 'crash-after' }),
      ...anInvocation({ consumer: 'polled', invocation: 5, copies: [9, 10, 11], passed: 0 }),
    ],
    unexplained: 3,
    explained: { lostReplies: 0, redeliveries: 0 },
  },
];

test.each(duplicates)('tells duplicates apart: $rule', ({ events, unexplained, explained }) => {
  expect(judgeLog(withEvents(...events))).toMatchObject({ ...found, unexplainedDuplicates: unexplained, explained });
});

test.each([
  { kind: 'lose-reply', unexplained: 0, lostReplies: 1 },
  { kind: 'restart-after', unexplained: 0, lostReplies: 1 },
  { kind: 'cut-by-restart', unexplained: 0, lostReplies: 1 },
  { kind: 'delay', unexplained: 1, lostReplies: 0 },
  { kind: 'lose-request', unexplained: 1, lostReplies: 0 },
])('a second copy after $kind: $unexplained unexplained', ({ kind, unexplained, lostReplies }) => {
  const events: ChaosEvent[] = [
    aFault({ site: 'request', name: 'PutRecords', ordinal: 4, kind }),
    { e: 'stored', request: 5, copies: [12, 2, 3, 0] },
    ...anInvocation({ consumer: 'polled', invocation: 5, copies: [12], passed: 1 }),
    ...anInvocation({ consumer: 'pushed', invocation: 5, copies: [12], passed: 1 }),
  ];
  expect(judgeLog(withEvents(...events))).toMatchObject({
    ...found,
    unexplainedDuplicates: unexplained,
    explained: { lostReplies, redeliveries: 0 },
  });
});
