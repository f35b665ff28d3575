// The part of a verdict that is about one consumer: did every record have its effect, in order, and once or excused.

/** A copy of a record as the engine stored it. */
export interface Copy {
  readonly key: number;
  readonly number: number;
  /** Ordinal of the request that stored it. */
  readonly request: number;
}

/** What a log says about one consumer. */
export interface ConsumerTrial {
  /** Copies of each invocation, by its ordinal. */
  readonly deliveries: Map<number, readonly number[]>;
  /** By request id. */
  readonly answers: Map<string, { readonly invocation: number; readonly passed: number }>;
  readonly effects: { readonly requestId: string; readonly copies: readonly number[] }[];
  /** Ordinals of invocations with a fault, and request ids of those whose calls had one. */
  readonly disturbed: Set<string>;
}

export interface ConsumerVerdict {
  readonly lost: number;
  readonly outOfOrder: number;
  readonly redeliveries: number;
  readonly unexplained: number;
  readonly findings: readonly string[];
}

/** Judges one consumer against all that was stored or acknowledged; `records` has the copies of each record. */
export function judgeConsumer(
  trial: ConsumerTrial,
  copies: ReadonlyMap<number, Copy>,
  records: ReadonlyMap<string, readonly Copy[]>,
): ConsumerVerdict {
  const findings: string[] = [];
  const order = judgeOrder(trial, copies, findings);
  const repeats = judgeRepeats(trial, copies, findings);
  const seen = new Set<string>();
  for (const id of repeats.seen) seen.add(`${copies.get(id)!.key}:${copies.get(id)!.number}`);
  let lost = 0;
  for (const name of records.keys()) {
    if (seen.has(name)) continue;
    lost += 1;
    findings.push(`record ${name} had no effect`);
  }
  return { lost, outOfOrder: order, redeliveries: repeats.redeliveries, unexplained: repeats.unexplained, findings };
}

/**
 * Counts first effects that came too late: behind a later number of their key, or behind a later copy of it.
 *
 * What comes again is not judged: a redelivery begins where its batch began.
 */
function judgeOrder({ effects }: ConsumerTrial, copies: ReadonlyMap<number, Copy>, findings: string[]): number {
  const last = new Map<number, { copy: number; number: number }>();
  const seenCopies = new Set<number>();
  const seenNumbers = new Set<string>();
  let outOfOrder = 0;
  for (const { copies: ids } of effects) {
    for (const id of ids) {
      const copy = copies.get(id);
      if (!copy || seenCopies.has(id)) continue;
      seenCopies.add(id);
      const { key, number } = copy;
      const before = last.get(key) ?? { copy: -1, number: -1 };
      const isNew = !seenNumbers.has(`${key}:${number}`);
      seenNumbers.add(`${key}:${number}`);
      if (id < before.copy || (isNew && number < before.number)) {
        outOfOrder += 1;
        findings.push(`record ${key}:${number} had its effect after number ${before.number} of its key`);
      }
      last.set(key, { copy: Math.max(id, before.copy), number: Math.max(number, before.number) });
    }
  }
  return outOfOrder;
}

/** Counts effects of a copy beyond its first, by whether the invocations that had them are excused. */
function judgeRepeats(trial: ConsumerTrial, copies: ReadonlyMap<number, Copy>, findings: string[]) {
  const requests = new Map<number, string[]>();
  let unexplained = 0;
  for (const { requestId, copies: ids } of trial.effects) {
    for (const id of ids) {
      if (copies.has(id)) requests.set(id, [...(requests.get(id) ?? []), requestId]);
      else {
        unexplained += 1;
        findings.push('an effect of a record that was never stored');
      }
    }
  }
  const places = placesIn(trial);
  let redeliveries = 0;
  for (const [id, effects] of requests) {
    if (effects.length < 2) continue;
    const distinct = new Set(effects);
    const excused = [...distinct].filter((requestId) => isExcused(trial, requestId, id, places)).length;
    const extra = Math.max(0, effects.length - 1 - excused);
    unexplained += extra;
    redeliveries += effects.length - 1 - extra;
    const { key, number } = copies.get(id)!;
    if (extra > 0) findings.push(`record ${key}:${number} had ${effects.length} effects, ${excused} of them excused`);
  }
  return { seen: requests.keys(), redeliveries, unexplained };
}

/** Whether an invocation was disturbed and did not pass this copy, so that it had to come again. */
function isExcused(
  { answers, disturbed }: ConsumerTrial,
  requestId: string,
  copy: number,
  places: (invocation: number) => ReadonlyMap<number, number> | undefined,
): boolean {
  const answer = answers.get(requestId);
  if (!answer) return false;
  const place = places(answer.invocation)?.get(copy);
  if (place === undefined || place < answer.passed) return false;
  return disturbed.has(requestId) || disturbed.has(String(answer.invocation));
}

/** Place of each copy in the batch of an invocation. */
function placesIn({ deliveries }: ConsumerTrial) {
  const known = new Map<number, ReadonlyMap<number, number>>();
  return (invocation: number) => {
    const ids = deliveries.get(invocation);
    if (ids && !known.has(invocation)) known.set(invocation, new Map(ids.map((id, place) => [id, place])));
    return known.get(invocation);
  };
}
