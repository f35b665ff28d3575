import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ALL_RULES } from '../conformance/all-rules.js';
import type { Connection } from '../conformance/connection.js';
import { startLab } from '../conformance/lab-subject.js';
import { runRule } from '../conformance/run-rules.js';

/** Rules drive the lab's clock; only a host that has stopped altogether takes this long. */
const PATIENCE_MS = 60_000;

let lab: Connection;

beforeAll(async () => {
  lab = await startLab();
});

afterAll(() => lab.close());

test.each(ALL_RULES.map((rule) => [rule.rule, rule] as const))(
  '%s',
  async (_name, rule) => {
    expect(await runRule(rule, lab)).toMatchObject({ result: 'passed' });
  },
  PATIENCE_MS,
);

test('no two rules have the same name', () => {
  expect(new Set(ALL_RULES.map(({ rule }) => rule)).size).toBe(ALL_RULES.length);
});
