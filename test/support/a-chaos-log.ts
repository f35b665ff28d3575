import type { ChaosEvent } from '../../local/faults/chaos-log.js';

export interface ChaosLogShape {
  readonly keys: number;
  /** Records of each key. */
  readonly numbers: number;
  readonly consumers: readonly string[];
  /** Records of a batch. */
  readonly batch: number;
}

/** The log of a run in which nothing went wrong: each put has one record of every key, each batch one effect. */
export function aCleanLog({ keys, numbers, consumers, batch }: ChaosLogShape): ChaosEvent[] {
  const log: ChaosEvent[] = [{ e: 'run', seed: 1, records: keys * numbers, consumers }];
  for (let number = 0; number < numbers; number += 1) {
    const copies = Array.from({ length: keys }, (_, key) => [number * keys + key, key, number, 0]).flat();
    log.push({ e: 'stored', request: number + 1, copies });
    log.push({ e: 'acked', records: Array.from({ length: keys }, (_, key) => [key, number]).flat() });
  }
  for (const consumer of consumers) {
    for (let first = 0, invocation = 1; first < keys * numbers; first += batch, invocation += 1) {
      const copies = Array.from({ length: Math.min(batch, keys * numbers - first) }, (_, at) => first + at);
      log.push(...anInvocation({ consumer, invocation, copies, passed: copies.length }));
    }
  }
  return [...log, { e: 'end' }];
}

/** What one invocation leaves in a log when the effect of its whole batch has happened. */
export function anInvocation(run: {
  readonly consumer: string;
  readonly invocation: number;
  readonly copies: readonly number[];
  readonly passed: number;
}): ChaosEvent[] {
  const { consumer, invocation, copies, passed } = run;
  const requestId = `${consumer}-${invocation}`;
  return [
    { e: 'delivered', consumer, invocation, copies },
    { e: 'effect', consumer, requestId, copies },
    { e: 'answered', consumer, invocation, requestId, passed },
  ];
}

/** A fault in its log. */
export function aFault(fault: {
  readonly site: 'request' | 'invocation' | 'service';
  readonly name: string;
  readonly ordinal: number;
  readonly kind: string;
  readonly detail?: string;
}): ChaosEvent {
  return { e: 'fault', size: 0, detail: undefined, ...fault };
}
