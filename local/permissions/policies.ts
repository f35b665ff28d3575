// Every policy of a template, by whom it belongs to: roles, resources and keys.
import type { AccessModel, RoleModel } from '../template/access-model.js';
import { LAB_ACCOUNT_ID } from '../template/identity.js';
import { awsManagedPolicy } from './managed-policies.js';
import { type DocumentPlace, parseDocument, type Statement } from './policy-document.js';

/** What a topic without a policy has: services of AWS may publish for the account that owns it. */
const DEFAULT_TOPIC_POLICY = parseDocument(
  {
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceOwner': LAB_ACCOUNT_ID } },
      },
    ],
  },
  { path: 'SNS/DefaultPolicy', owner: 'SNS' },
);

export class Policies {
  readonly accountId: string;
  readonly #ofRole = new Map<string, Statement[]>();
  readonly #ofResource = new Map<string, Statement[]>();
  readonly #keys = new Set<string>();
  readonly #all: Statement[] = [];

  /** Fails when a policy holds what the lab cannot evaluate. */
  constructor(access: AccessModel, accountId: string) {
    this.accountId = accountId;
    for (const role of access.roles) this.#addRole(role, access);
    for (const { path, document, resourceArn } of access.resourcePolicies) {
      this.#add(this.#ofResource, resourceArn, document, { path, owner: path });
    }
    for (const { path, document, arn } of access.keys) {
      this.#keys.add(arn);
      this.#add(this.#ofResource, arn, document, { path, owner: path });
    }
  }

  /** Every statement, in the order of the template. */
  get all(): readonly Statement[] {
    return this.#all;
  }

  ofRole(roleArn: string): readonly Statement[] {
    return this.#ofRole.get(roleArn) ?? [];
  }

  /** Policies of the resource itself; an object has its bucket's, a version of a function the function's. */
  ofResource(arn: string): readonly Statement[] {
    return this.#ofResource.get(policyHolder(arn)) ?? (arn.startsWith('arn:aws:sns:') ? DEFAULT_TOPIC_POLICY : []);
  }

  /** Puts statements in the place of the template's. */
  replaceResourcePolicy(arn: string, statements: readonly Statement[]): void {
    this.#ofResource.set(arn, [...statements]);
  }

  /** Whether the key is of this template, so that its policy is known. */
  hasKeyPolicy(keyArn: string): boolean {
    return this.#keys.has(keyArn);
  }

  #addRole(role: RoleModel, { rolePolicies }: AccessModel): void {
    const { path, arn, name, inline, managedPolicyArns } = role;
    if (role.boundaryArn) throw new Error(`role '${path}' has a permissions boundary, which is not known to the lab`);
    this.#ofRole.set(arn, []);
    this.#add(this.#ofResource, arn, role.trust, { path: `${path}/Trust`, owner: path, resource: arn });
    for (const { path: at, document } of inline) this.#add(this.#ofRole, arn, document, { path: at, owner: path });
    for (const policy of rolePolicies) {
      const attached = policy.roleNames.includes(name) || managedPolicyArns.includes(policy.arn ?? 'none');
      if (attached) this.#add(this.#ofRole, arn, policy.document, { path: policy.path, owner: path });
    }
    for (const managed of managedPolicyArns) {
      if (rolePolicies.some((policy) => policy.arn === managed)) continue;
      const document = awsManagedPolicy(managed);
      if (!document) throw new Error(`role '${path}' has the policy '${managed}', which is not known to the lab`);
      this.#add(this.#ofRole, arn, document, { path: `${path}/${managed.split('/').at(-1)}`, owner: path });
    }
  }

  #add(to: Map<string, Statement[]>, arn: string, document: unknown, place: DocumentPlace): void {
    const statements = parseDocument(document, place);
    to.set(arn, [...(to.get(arn) ?? []), ...statements]);
    this.#all.push(...statements);
  }
}

function policyHolder(arn: string): string {
  const parts = arn.split(':');
  if (parts[2] === 's3') return arn.split('/')[0]!;
  return parts[2] === 'lambda' ? parts.slice(0, 7).join(':') : arn;
}
