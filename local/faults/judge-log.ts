// The verdict over a recorded log: what was lost, what lost its order, and which duplicates no fault explains. Pure.
import type { ChaosEvent } from './chaos-log.js';
import { type ConsumerTrial, type Copy, judgeConsumer } from './judge-consumer.js';

export interface Verdict {
  /** Distinct records that were acknowledged or stored. */
  readonly records: number;
  /** Records without an effect, counted for each consumer. */
  readonly lost: number;
  /** Effects that came, for the first time, after one that belongs behind them; counted for each consumer and key. */
  readonly outOfOrder: number;
  /** Copies and repeated effects that no fault of the log accounts for. */
  readonly unexplainedDuplicates: number;
  /** Duplicates that at-least-once allows, by what allowed them. */
  readonly explained: {
    /** Second copies: the reply to the put that had stored the first was lost. */
    readonly lostReplies: number;
    /** Repeated effects: the invocation was told to have failed after it, or before all of its batch. */
    readonly redeliveries: number;
  };
  readonly faults: number;
  readonly reshards: number;
  /** The first failures in words. */
  readonly findings: readonly string[];
}

/** Faults of a put whose records are stored although the producer does not know. */
const REPLY_LOST = new Set(['lose-reply', 'restart-after', 'cut-by-restart']);
const MAX_FINDINGS = 20;

interface Trial {
  readonly consumers: Map<string, ConsumerTrial>;
  /** By copy number. */
  readonly copies: Map<number, Copy>;
  readonly acked: Set<string>;
  /** Requests that stored something, disturbed so that the reply may be lost. */
  readonly unheard: Set<number>;
  /** Names in the log that the run does not have. */
  readonly strays: Set<string>;
  /** Records that the run was to put; undefined when the log does not say. */
  planned: number | undefined;
  faults: number;
  reshards: number;
  ended: boolean;
}

/** Judges a log; what it lacks at its end counts as not having happened. */
export function judgeLog(events: Iterable<ChaosEvent>): Verdict {
  const trial = read(events);
  const { consumers, copies } = trial;
  const findings = judgeWhole(trial);
  const numbers = new Map<string, Copy[]>();
  for (const copy of copies.values()) numbers.set(nameOf(copy), [...(numbers.get(nameOf(copy)) ?? []), copy]);
  for (const name of trial.acked) if (!numbers.has(name)) numbers.set(name, []);

  let lostReplies = 0;
  let unexplainedDuplicates = 0;
  for (const [name, stored] of numbers) {
    if (stored.length < 2) continue;
    const unheard = stored.filter(({ request }) => trial.unheard.has(request)).length;
    const unexplained = Math.max(0, stored.length - 1 - unheard);
    lostReplies += stored.length - 1 - unexplained;
    unexplainedDuplicates += unexplained;
    if (unexplained > 0) findings.push(`record ${name} is stored ${stored.length} times, ${unheard} replies were lost`);
  }
  // What left no trace at all had no effect either.
  let lost = Math.max(0, (trial.planned ?? 0) - numbers.size) * consumers.size;
  let outOfOrder = 0;
  let redeliveries = 0;
  for (const [name, consumer] of consumers) {
    const judged = judgeConsumer(consumer, copies, numbers);
    lost += judged.lost;
    outOfOrder += judged.outOfOrder;
    redeliveries += judged.redeliveries;
    unexplainedDuplicates += judged.unexplained;
    for (const finding of judged.findings) findings.push(`${name}: ${finding}`);
  }
  return {
    records: numbers.size,
    lost,
    outOfOrder,
    unexplainedDuplicates,
    explained: { lostReplies, redeliveries },
    faults: trial.faults,
    reshards: trial.reshards,
    findings: abridge(findings),
  };
}

/** Says what is missing of the log itself. */
function judgeWhole({ planned, acked, strays, ended }: Trial): string[] {
  return [
    ...(ended ? [] : ['the log has no end: the run was cut off']),
    ...(planned === undefined ? ['the log has no beginning: nothing says what was put'] : []),
    ...(acked.size === (planned ?? acked.size) ? [] : [`${acked.size} of ${planned} records were acknowledged`]),
    ...[...strays].map((name) => `consumer '${name}' is not among those of the run: it was not judged`),
  ];
}

function nameOf({ key, number }: Pick<Copy, 'key' | 'number'>): string {
  return `${key}:${number}`;
}

function read(events: Iterable<ChaosEvent>): Trial {
  const trial: Trial = {
    consumers: new Map(),
    copies: new Map(),
    acked: new Set(),
    unheard: new Set(),
    strays: new Set(),
    planned: undefined,
    faults: 0,
    reshards: 0,
    ended: false,
  };
  for (const event of events) take(trial, event);
  return trial;
}

function take(trial: Trial, event: ChaosEvent): void {
  const consumer = 'consumer' in event ? trial.consumers.get(event.consumer) : undefined;
  if ('consumer' in event && !consumer) trial.strays.add(event.consumer);
  switch (event.e) {
    case 'run':
      trial.planned = event.records;
      for (const name of event.consumers) {
        trial.consumers.set(name, { deliveries: new Map(), answers: new Map(), effects: [], disturbed: new Set() });
      }
      return;
    case 'stored':
      takeStored(trial, event);
      return;
    case 'acked':
      for (let at = 0; at < event.records.length; at += 2) {
        trial.acked.add(nameOf({ key: event.records[at]!, number: event.records[at + 1]! }));
      }
      return;
    case 'fault':
      takeFault(trial, event);
      return;
    case 'delivered':
      consumer?.deliveries.set(event.invocation, event.copies);
      return;
    case 'answered':
      consumer?.answers.set(event.requestId, { invocation: event.invocation, passed: event.passed });
      return;
    case 'effect':
      consumer?.effects.push(event);
      return;
    case 'end':
      trial.ended = true;
  }
}

function takeStored({ copies }: Trial, event: Extract<ChaosEvent, { e: 'stored' }>): void {
  for (let at = 0; at < event.copies.length; at += 4) {
    const [copy = 0, key = 0, number = 0] = event.copies.slice(at, at + 3);
    copies.set(copy, { key, number, request: event.request });
  }
}

function takeFault(trial: Trial, fault: Extract<ChaosEvent, { e: 'fault' }>): void {
  trial.faults += 1;
  const { site, name, ordinal, kind } = fault;
  if (site === 'record') trial.reshards += 1;
  if (site === 'request' && name === 'PutRecords' && REPLY_LOST.has(kind)) trial.unheard.add(ordinal);
  if (site === 'invocation') trial.consumers.get(name)?.disturbed.add(String(ordinal));
  // The path of a disturbed request names the invocation that made it.
  if (site === 'service') {
    for (const { disturbed } of trial.consumers.values()) {
      for (const part of fault.detail?.split('/') ?? []) disturbed.add(part);
    }
  }
}

function abridge(findings: readonly string[]): string[] {
  const more = findings.length - MAX_FINDINGS;
  return more <= 0 ? [...findings] : [...findings.slice(0, MAX_FINDINGS), `and ${more} more`];
}
