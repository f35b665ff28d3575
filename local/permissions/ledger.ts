// What a run has asked for: calls of one kind once, with the statements that decided and how often. From it follow the
// statements that a run needed, the ones it did not, and what another set of policies would have refused.
import { type AccessRequest, judge, type Verdict } from './judge.js';
import type { Policies } from './policies.js';
import { isEvaluated, type Statement } from './policy-document.js';
import { matchesAction } from './wildcard.js';

/** Calls that were decided alike. */
export interface LedgerEntry {
  /** The first of them. */
  readonly request: AccessRequest;
  readonly verdict: Verdict;
  count: number;
}

export class PermissionLedger {
  readonly #entries = new Map<string, LedgerEntry>();

  record(request: AccessRequest, verdict: Verdict): void {
    const { caller, action, resource } = request;
    const who = caller.kind === 'role' ? caller.roleArn : `${caller.service} ${caller.sourceArn}`;
    // Objects are too many to keep one by one.
    const holder = resource.startsWith('arn:aws:s3') ? resource.split('/')[0] : resource;
    const how = verdict.allowed ? verdict.by.map(({ id }) => id).join() : `refused ${holder} ${verdict.reason}`;
    const key = `${who} ${action} ${how}`;
    const entry = this.#entries.get(key);
    if (entry) entry.count += 1;
    else this.#entries.set(key, { request, verdict, count: 1 });
  }

  get entries(): readonly LedgerEntry[] {
    return [...this.#entries.values()];
  }

  get refused(): readonly LedgerEntry[] {
    return this.entries.filter(({ verdict }) => !verdict.allowed);
  }
}

/** The recorded calls that `policies` refuse, though the run's own policies let them pass; `without` leaves one out. */
export function findRefused(entries: readonly LedgerEntry[], policies: Policies, without?: string): LedgerEntry[] {
  return entries.filter(({ request, verdict }) => verdict.allowed && !judge(policies, request, without).allowed);
}

/** Action patterns of `statement` by which no recorded call was allowed: the statement would serve as well without them. */
export function findIdleActions(entries: readonly LedgerEntry[], { id, actions }: Statement): string[] {
  if (actions.except) return [];
  const asked = entries.filter(({ verdict }) => verdict.allowed && verdict.by.some((statement) => statement.id === id));
  return actions.patterns.filter((pattern) => !asked.some(({ request }) => matchesAction(pattern, request.action)));
}

/** Allows that can speak of what the lab runs, and that no recorded call needed: without them all would have passed. */
export function findUnused(entries: readonly LedgerEntry[], policies: Policies): Statement[] {
  const allows = policies.all.filter((statement) => statement.effect === 'Allow' && isEvaluated(statement));
  return allows.filter(({ id }) => {
    const concerned = entries.filter(({ verdict }) => verdict.by.some((statement) => statement.id === id));
    return findRefused(concerned, policies, id).length === 0;
  });
}
