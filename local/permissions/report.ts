// The end of a run in terms of permissions: what was refused, what no call needed, and what the lab cannot exercise.
import { actsInLab, evaluatesService, reasonNotExercised } from './evaluated.js';
import { findIdleActions, findUnused, type LedgerEntry } from './ledger.js';
import type { Policies } from './policies.js';
import { isEvaluated, type Statement } from './policy-document.js';

export interface RefusedCall {
  readonly owner: string;
  readonly action: string;
  readonly resource: string;
  readonly reason: string;
  readonly count: number;
}

/** A statement by name: the role or resource it belongs to, what it allows, on what. */
export interface NamedStatement {
  readonly id: string;
  readonly owner: string;
  readonly text: string;
}

export interface PermissionReport {
  readonly calls: number;
  readonly refused: readonly RefusedCall[];
  /** Statements without which every call of the run would have passed as well. */
  readonly unused: readonly NamedStatement[];
  /** Actions of the other statements that no call of the run was allowed by. */
  readonly idle: readonly NamedStatement[];
  readonly notExercised: readonly (NamedStatement & { readonly reason: string })[];
}

export function reportPermissions(entries: readonly LedgerEntry[], policies: Policies): PermissionReport {
  const unneeded = findUnused(entries, policies);
  const outside = policies.all.filter((statement) => statement.effect === 'Allow' && !isEvaluated(statement));
  const needed = policies.all.filter(
    (statement) => statement.effect === 'Allow' && isEvaluated(statement) && !unneeded.includes(statement),
  );
  return {
    calls: entries.reduce((sum, { count }) => sum + count, 0),
    refused: entries.filter(({ verdict }) => !verdict.allowed).map(nameRefused),
    unused: unneeded.filter((statement) => reasonOutside(statement) === undefined).map(nameStatement),
    idle: needed.flatMap((statement) => nameIdle(entries, statement)),
    notExercised: [
      ...outside.map((statement) => ({ ...nameStatement(statement), reason: reasonOf(statement) })),
      ...unneeded.flatMap((statement) => {
        const reason = reasonOutside(statement);
        return reason === undefined ? [] : [{ ...nameStatement(statement), reason }];
      }),
    ],
  };
}

/** Why no run can need a statement of a resource's policy; undefined when one can. */
function reasonOutside(statement: Statement): string | undefined {
  if (isAdministration(statement)) return 'the account administers its keys elsewhere';
  const { anyone = true, aws = [], services = [], strangers = [] } = statement.principals ?? {};
  const idle = services.map((service) => service.split('.')[0]!).filter((service) => !actsInLab(service));
  if (anyone || aws.length > 0 || idle.length < services.length) return undefined;
  const reasons = idle.map((service) => reasonNotExercised(`${service}:`));
  return [...reasons, ...strangers.map((kind) => `nobody in the lab is a principal of the kind '${kind}'`)].join('; ');
}

/** What a key's policy gives to the whole account, apart from its use for data. */
function isAdministration({ principals, actions }: Statement): boolean {
  const { aws = [] } = principals ?? {};
  const ofKey = !actions.except && actions.patterns.every((pattern) => pattern.startsWith('kms:'));
  const use = actions.patterns.some((pattern) => /^kms:(Decrypt|Encrypt|GenerateDataKey|ReEncrypt)/.test(pattern));
  return ofKey && !use && aws.some((name) => name.endsWith(':root'));
}

function nameStatement({ id, owner, actions, resources }: Statement): NamedStatement {
  const list = ({ patterns, except }: Statement['actions']) => `${except ? 'all but ' : ''}${patterns.join(', ')}`;
  return { id, owner, text: `${list(actions)} on ${list(resources)}` };
}

function nameIdle(entries: readonly LedgerEntry[], statement: Statement): NamedStatement[] {
  const { id, owner, resources } = statement;
  const actions = findIdleActions(entries, statement).filter((action) => evaluatesService(action.split(':')[0]!));
  return actions.length === 0 ? [] : [{ id, owner, text: `${actions.join(', ')} on ${resources.patterns.join(', ')}` }];
}

function nameRefused({ request, verdict, count }: LedgerEntry): RefusedCall {
  const { caller, action, resource } = request;
  const owner = caller.kind === 'role' ? caller.path : caller.service;
  return { owner, action, resource, reason: verdict.reason, count };
}

/** One reason where all actions have the same. */
function reasonOf({ actions }: Statement): string {
  return [...new Set(actions.patterns.map(reasonNotExercised))].join('; ');
}
