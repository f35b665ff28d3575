import { Policies } from '../../local/permissions/policies.js';
import type { Caller } from '../../local/permissions/principal.js';
import type { AccessModel } from '../../local/template/access-model.js';
import { emptyAccess } from '../../local/template/access-model.js';
import { LAB_ACCOUNT_ID } from '../../local/template/identity.js';

export const ROLE_ARN = `arn:aws:iam::${LAB_ACCOUNT_ID}:role/reader`;
export const FUNCTION_ARN = `arn:aws:lambda:us-east-1:${LAB_ACCOUNT_ID}:function:reader`;
export const STREAM_ARN = `arn:aws:kinesis:us-east-1:${LAB_ACCOUNT_ID}:stream/orders`;
export const KEY_ARN = `arn:aws:kms:us-east-1:${LAB_ACCOUNT_ID}:key/key`;

/** The role of `anAccess`, acting for its function. */
export const reader: Caller = { kind: 'role', path: 'Reader/Role', roleArn: ROLE_ARN, session: 'reader' };

/** A function `reader` whose role has these statements, and what else a test says. */
export function anAccess(statements: readonly object[], more: Partial<AccessModel> = {}): AccessModel {
  const trust = {
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
  };
  const role = {
    path: 'Reader/Role',
    name: 'reader',
    arn: ROLE_ARN,
    trust,
    inline: [],
    managedPolicyArns: [],
    boundaryArn: undefined,
  };
  const policy = { path: 'Reader/Policy', document: { Statement: statements }, roleNames: ['reader'], arn: undefined };
  return {
    ...emptyAccess(),
    roles: [role],
    rolePolicies: [policy],
    actors: [{ path: 'Reader', arn: FUNCTION_ARN, roleArn: ROLE_ARN }],
    ...more,
  };
}

export function aPolicies(statements: readonly object[], more: Partial<AccessModel> = {}): Policies {
  return new Policies(anAccess(statements, more), LAB_ACCOUNT_ID);
}

/** An allow of everything in `actions` on everything, unless said otherwise. */
export function anAllow(actions: string | readonly string[], more: object = {}): object {
  return { Effect: 'Allow', Action: actions, Resource: '*', ...more };
}

export function aDeny(actions: string | readonly string[], more: object = {}): object {
  return { ...anAllow(actions, more), Effect: 'Deny' };
}
