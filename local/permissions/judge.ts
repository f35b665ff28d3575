// The decision on one call, pure: an explicit deny wins, then an allow of the role or of the resource is needed. A key
// is different: its own policy must allow, and where that only names the account, the role's policy as well.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
import { type ConditionContext, holds } from './conditions.js';
import type { Policies } from './policies.js';
import type { PatternSet, Statement } from './policy-document.js';
import { type Caller, naming } from './principal.js';
import { matchesAction, matchesPattern } from './wildcard.js';

/** One thing that a caller wants to do. */
export interface AccessRequest {
  readonly caller: Caller;
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
}

export interface Verdict {
  readonly allowed: boolean;
  /** Statements that decided: the allows, or the denies. */
  readonly by: readonly Statement[];
  /** Why not, as AWS words it. */
  readonly reason: string;
}

/** Decides; `without` is the id of a statement to leave out. */
export function judge(policies: Policies, request: AccessRequest, without?: string): Verdict {
  const { caller, action } = request;
  const applies = (statement: Statement) => statement.id !== without && matches(statement, request);
  const ofRole = caller.kind === 'role' ? policies.ofRole(caller.roleArn).filter(applies) : [];
  const ofResource = policies.ofResource(request.resource).filter(applies);
  const named = (how: string) =>
    ofResource.filter(({ principals }) => naming(principals, caller, policies.accountId) === how);
  const [itself, account] = [named('itself'), named('account')];
  const denies = [...ofRole, ...itself, ...account].filter(({ effect }) => effect === 'Deny');
  if (denies.length > 0) {
    const kind = denies[0]!.principals ? 'a resource-based' : 'an identity-based';
    return { allowed: false, by: denies, reason: `with an explicit deny in ${kind} policy` };
  }
  const kind = caller.kind === 'service' ? 'resource-based' : 'identity-based';
  const refused = { allowed: false, by: [], reason: `because no ${kind} policy allows the ${action} action` };
  if (itself.length > 0) return { allowed: true, by: [...itself, ...ofRole], reason: '' };
  if (!action.startsWith('kms:') || !policies.hasKeyPolicy(request.resource)) {
    return ofRole.length > 0 ? { allowed: true, by: ofRole, reason: '' } : refused;
  }
  if (account.length === 0) {
    return { ...refused, reason: `because no resource-based policy allows the ${action} action` };
  }
  return ofRole.length > 0 ? { allowed: true, by: [...ofRole, ...account], reason: '' } : refused;
}

function matches({ actions, resources, conditions }: Statement, { action, resource, context }: AccessRequest): boolean {
  return (
    covers(actions, (pattern) => matchesAction(pattern, action)) &&
    covers(resources, (pattern) => matchesPattern(pattern, resource)) &&
    conditions.every((condition) => holds(condition, context))
  );
}

function covers({ patterns, except }: PatternSet, test: (pattern: string) => boolean): boolean {
  return patterns.some(test) !== except;
}
