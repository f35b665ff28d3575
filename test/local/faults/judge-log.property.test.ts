// A verdict is worth what it catches: logs of clean runs with one thing put wrong in them.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ChaosEvent } from '../../../local/faults/chaos-log.js';
import { judgeLog } from '../../../local/faults/judge-log.js';
import { aCleanLog } from '../../support/a-chaos-log.js';

type Effect = Extract<ChaosEvent, { e: 'effect' }>;

const shape = fc.record({
  keys: fc.integer({ min: 1, max: 6 }),
  numbers: fc.integer({ min: 2, max: 12 }),
  consumers: fc.constantFrom(['polled'], ['polled', 'pushed']),
  batch: fc.integer({ min: 1, max: 20 }),
});

/** Every effect of a log, one by one. */
function effectsOf(
  log: readonly ChaosEvent[],
): { readonly event: number; readonly at: number; readonly copy: number }[] {
  return log.flatMap((event, index) =>
    event.e === 'effect' ? event.copies.map((copy, at) => ({ event: index, at, copy })) : [],
  );
}

const replaced = (log: readonly ChaosEvent[], index: number, copies: readonly number[]) =>
  log.map((event, at) => (at === index ? { ...(event as Effect), copies } : event));

test('clean runs of any shape are clean', () => {
  fc.assert(
    fc.property(shape, (settings) => {
      const { records, lost, outOfOrder, unexplainedDuplicates, findings } = judgeLog(aCleanLog(settings));
      expect({ records, lost, outOfOrder, unexplainedDuplicates, findings }).toEqual({
        records: settings.keys * settings.numbers,
        lost: 0,
        outOfOrder: 0,
        unexplainedDuplicates: 0,
        findings: [],
      });
    }),
  );
});

test('an effect that is left out is a loss', () => {
  fc.assert(
    fc.property(shape, fc.nat(), (settings, pick) => {
      const log = aCleanLog(settings);
      const effects = effectsOf(log);
      const { event, at } = effects[pick % effects.length]!;
      const copies = (log[event] as Effect).copies.filter((_, other) => other !== at);
      expect(judgeLog(replaced(log, event, copies))).toMatchObject({
        lost: 1,
        outOfOrder: 0,
        unexplainedDuplicates: 0,
      });
    }),
  );
});

test('an effect that comes twice without a fault is a duplicate that nothing explains', () => {
  fc.assert(
    fc.property(shape, fc.nat(), fc.nat(), (settings, pick, where) => {
      const log = aCleanLog(settings);
      const effects = effectsOf(log);
      const { event, copy } = effects[pick % effects.length]!;
      const { consumer } = log[event] as Effect;
      const later = log.flatMap((other, index) =>
        other.e === 'effect' && other.consumer === consumer && index >= event ? [index] : [],
      );
      const target = later[where % later.length]!;
      const copies = [...(log[target] as Effect).copies, copy];
      expect(judgeLog(replaced(log, target, copies))).toMatchObject({
        lost: 0,
        outOfOrder: 0,
        unexplainedDuplicates: 1,
      });
    }),
  );
});

test('two effects of one key that change places are out of order', () => {
  fc.assert(
    fc.property(shape, fc.nat(), (settings, pick) => {
      const log = aCleanLog({ ...settings, batch: settings.keys * settings.numbers });
      const effects = effectsOf(log);
      const { event, at, copy } = effects[pick % effects.length]!;
      const { copies } = log[event] as Effect;
      const other = copies.findIndex((candidate) => candidate !== copy && (candidate - copy) % settings.keys === 0);
      const swapped = copies.map((id, place) => (place === at ? copies[other]! : place === other ? copy : id));
      const verdict = judgeLog(replaced(log, event, swapped));
      expect(verdict.outOfOrder).toBeGreaterThan(0);
      expect(verdict).toMatchObject({ lost: 0, unexplainedDuplicates: 0 });
    }),
  );
});
