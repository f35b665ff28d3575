// Who makes a call: a role of the template under the name of a function or delivery, or a service of AWS.
import type { Principals } from './policy-document.js';

export type Caller =
  | { readonly kind: 'role'; readonly path: string; readonly roleArn: string; readonly session: string }
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn: string };

/** How a statement of a resource's policy names a caller. */
export type Naming = 'itself' | 'account' | 'not';

/** The account's name means: whoever the account's own policies let in. */
export function naming(principals: Principals | undefined, caller: Caller, accountId: string): Naming {
  if (!principals) return 'not';
  if (principals.anyone) return 'itself';
  if (caller.kind === 'service') return principals.services.includes(caller.service) ? 'itself' : 'not';
  if (principals.aws.includes(caller.roleArn)) return 'itself';
  const account = [accountId, `arn:aws:iam::${accountId}:root`];
  return principals.aws.some((name) => account.includes(name)) ? 'account' : 'not';
}

/** The caller as an error names it. */
export function describeCaller(caller: Caller): string {
  if (caller.kind === 'service') return `Service: ${caller.service} for ${caller.sourceArn}`;
  const [, , , , account = '', role = ''] = caller.roleArn.split(':');
  return `User: arn:aws:sts::${account}:assumed-role/${role.slice(role.lastIndexOf('/') + 1)}/${caller.session}`;
}
