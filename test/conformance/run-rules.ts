// Runs rules one after another against one endpoint, and says what came of each.
import type { Connection } from './connection.js';
import type { Rule } from './rule.js';
import { Subject } from './subject.js';

/** What came of one rule. A skipped one is neither passed nor failed. */
export interface Outcome {
  readonly rule: Rule;
  readonly result: 'passed' | 'failed' | 'skipped';
  readonly ms: number;
  /** Why it failed or was skipped. */
  readonly reason?: string;
}

/** Rules that need more of the endpoint's time than this are skipped where its time cannot be driven. */
const MAX_WALL_SECONDS = 60;

/** Wall time that one rule may take. */
const RULE_TIMEOUT_MS = 150_000;

/** Runs one rule. */
export async function runRule(rule: Rule, { reach, drivesTime }: Connection): Promise<Outcome> {
  const seconds = rule.seconds ?? 0;
  if (!drivesTime && seconds > MAX_WALL_SECONDS) {
    return { rule, result: 'skipped', ms: 0, reason: `takes ${seconds} s of the endpoint's time` };
  }
  // Rules start with a fresh second of every rate.
  if (drivesTime) await reach.sleep(1_000);
  const subject = new Subject(reach);
  const startMs = performance.now();
  const ms = () => Math.round(performance.now() - startMs);
  try {
    await withTimeout(rule.run(subject));
    return { rule, result: 'passed', ms: ms() };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { rule, result: 'failed', ms: ms(), reason: text.split('\n')[0]! };
  } finally {
    await subject.close();
  }
}

async function withTimeout(run: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`took more than ${RULE_TIMEOUT_MS} ms`)), RULE_TIMEOUT_MS);
  });
  try {
    await Promise.race([run, late]);
  } finally {
    clearTimeout(timer);
  }
}
