// The lab's IAM: knows who calls by the access key, decides on each call by the policies of the template, and keeps
// account of what was asked. Signatures are not checked: what listens on this machine's loopback trusts the key's id.
// Calls with any other key are the account's administrator's, who may do everything and is not counted.
import { createHash } from 'node:crypto';
import type { Authorize } from '../services/ports.js';
import { type AccessModel, emptyAccess } from '../template/access-model.js';
import { LAB_ACCOUNT_ID, LAB_REGION } from '../template/identity.js';
import type { Claim, ReadClaims } from './calls/claim.js';
import { dynamodbClaims } from './calls/dynamodb.js';
import { kinesisClaims } from './calls/kinesis.js';
import { lambdaClaims } from './calls/lambda.js';
import { cloudwatchClaims, snsClaims, sqsClaims } from './calls/messages-and-metrics.js';
import { s3Claims } from './calls/s3.js';
import type { ConditionContext } from './conditions.js';
import { Encryption } from './encryption.js';
import { type AccessRequest, judge, type Verdict } from './judge.js';
import { PermissionLedger } from './ledger.js';
import { Policies } from './policies.js';
import type { Statement } from './policy-document.js';
import { type Caller, describeCaller } from './principal.js';
import { refusalOf } from './refusal.js';
import { type PermissionReport, reportPermissions } from './report.js';

/** Decisions kept for calls that come again and again; keys of objects would make them too many otherwise. */
const MAX_REMEMBERED = 10_000;

const CLAIMS = {
  kinesis: kinesisClaims,
  lambda: lambdaClaims,
  dynamodb: dynamodbClaims,
  s3: s3Claims,
  sns: snsClaims,
  sqs: sqsClaims,
  cloudwatch: cloudwatchClaims,
} as const satisfies Record<string, ReadClaims>;

/** A service of the lab whose calls are decided on. */
export type GuardedService = keyof typeof CLAIMS;

export class PermissionGuard {
  readonly policies: Policies;
  readonly ledger = new PermissionLedger();
  readonly #encryption: Encryption;
  readonly #access: AccessModel;
  readonly #byAccessKey = new Map<string, Caller>();
  readonly enforced: boolean;
  readonly #remembered = new Map<string, { readonly request: AccessRequest; readonly verdict: Verdict }>();

  /** Fails when a policy holds what the lab cannot evaluate. Not enforced, everyone may do everything. */
  constructor(access: AccessModel, { enforced }: { readonly enforced: boolean }) {
    this.enforced = enforced;
    this.#access = enforced ? access : emptyAccess();
    this.policies = new Policies(this.#access, LAB_ACCOUNT_ID);
    this.#encryption = new Encryption(this.#access);
    for (const { arn } of this.#access.actors) this.#byAccessKey.set(accessKeyOf(arn), this.actor(arn));
  }

  /** The role of a function or delivery, acting for it. */
  actor(arn: string): Caller {
    const session = arn.split(/[:/]/).at(-1)!;
    if (!this.enforced) return { kind: 'role', path: arn, roleArn: arn, session };
    const actor = this.#access.actors.find((candidate) => candidate.arn === arn);
    const role = this.#access.roles.find((candidate) => candidate.arn === actor?.roleArn);
    if (!role) throw new Error(`role '${actor?.roleArn}' of '${actor?.path ?? arn}' is not in the template`);
    return { kind: 'role', path: role.path, roleArn: role.arn, session };
  }

  /** What the run has asked for so far, and what it did not need. */
  report(): PermissionReport {
    return reportPermissions(this.ledger.entries, this.policies);
  }

  /** Variables with the credentials of a function's process. */
  credentials(functionArn: string): Record<string, string> {
    return {
      AWS_ACCESS_KEY_ID: accessKeyOf(functionArn),
      AWS_SECRET_ACCESS_KEY: 'lab',
      AWS_SESSION_TOKEN: 'lab',
    };
  }

  /** What a service's endpoint asks before each operation. */
  authorize(service: GuardedService): Authorize {
    return ({ headers, operation, input }) => {
      const caller = this.#byAccessKey.get(readAccessKey(headers.authorization));
      if (caller) this.demand(caller, service, CLAIMS[service](operation, input));
    };
  }

  /** Decides on an operation that one of the lab's own parts makes for `caller`. */
  demandOperation(caller: Caller, service: GuardedService, operation: string, input: object): void {
    this.demand(caller, service, CLAIMS[service](operation, input as Readonly<Record<string, unknown>>));
  }

  /** The customer key that a resource of the template is encrypted with. */
  keyOf(resourceArn: string): string | undefined {
    return this.#encryption.keyOf(resourceArn);
  }

  /** From now on the resource has these statements for its policy. */
  replaceResourcePolicy(arn: string, statements: readonly Statement[]): void {
    this.policies.replaceResourcePolicy(arn, statements);
    this.#remembered.clear();
  }

  /** Throws the service's refusal of the first claim that is refused; keys of encrypted resources are claimed too. */
  demand(caller: Caller, service: string, claims: readonly Claim[]): void {
    if (!this.enforced) return;
    for (const claim of claims) {
      this.#demandOne(caller, service, claim);
      for (const keyClaim of this.#encryption.claims(claim)) this.#demandOne(caller, service, keyClaim);
      if (caller.kind === 'service' && this.#encryption.isAwsManaged(claim.resource)) {
        throw refusalOf(service, `${describeCaller(caller)} is not let in by the AWS managed key of ${claim.resource}`);
      }
    }
  }

  /** Refusals of claims that a service would check before anything runs, all of them; empty when all may be. */
  check(caller: Caller, claims: readonly Claim[]): string[] {
    if (!this.enforced) return [];
    const all = claims.flatMap((claim) => [claim, ...this.#encryption.claims(claim)]);
    return all.flatMap((claim) => {
      const { request, verdict } = this.#decide(caller, claim);
      return verdict.allowed ? [] : [describeRefusal(request, verdict)];
    });
  }

  #demandOne(caller: Caller, service: string, claim: Claim): void {
    const { request, verdict } = this.#decide(caller, claim);
    if (!verdict.allowed) throw refusalOf(service, describeRefusal(request, verdict));
  }

  #decide(caller: Caller, claim: Claim) {
    const who = caller.kind === 'role' ? caller.session : `${caller.service} ${caller.sourceArn}`;
    const key = `${who} ${claim.action} ${claim.resource} ${Object.values(claim.context ?? {}).join()}`;
    let decided = this.#remembered.get(key);
    if (!decided) {
      const { action, resource } = claim;
      const request = { caller, action, resource, context: { ...contextOf(caller), ...claim.context } };
      decided = { request, verdict: judge(this.policies, request) };
      if (this.#remembered.size < MAX_REMEMBERED) this.#remembered.set(key, decided);
    }
    this.ledger.record(decided.request, decided.verdict);
    return decided;
  }
}

function describeRefusal({ caller, action, resource }: AccessRequest, { reason }: Verdict): string {
  return `${describeCaller(caller)} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
}

/** What is true of every call in the lab. The loopback stands for TLS: no policy would be any use without it. */
function contextOf(caller: Caller): ConditionContext {
  const everywhere = {
    'aws:securetransport': 'true',
    's3:tlsversion': '1.3',
    'aws:requestedregion': LAB_REGION,
    'aws:resourceaccount': LAB_ACCOUNT_ID,
  };
  if (caller.kind === 'service') {
    return {
      ...everywhere,
      'aws:principalisawsservice': 'true',
      'aws:sourceaccount': LAB_ACCOUNT_ID,
      'aws:sourcearn': caller.sourceArn,
      'aws:sourceowner': LAB_ACCOUNT_ID,
    };
  }
  return {
    ...everywhere,
    'aws:principalisawsservice': 'false',
    'aws:principalarn': caller.roleArn,
    'aws:principalaccount': LAB_ACCOUNT_ID,
    'aws:principaltype': 'AssumedRole',
  };
}

/** An id in the form of AWS's temporary ones, the same on every run. */
function accessKeyOf(arn: string): string {
  const digest = createHash('sha256').update(arn).digest('hex').toUpperCase().replaceAll('0', 'Z');
  return `ASIA${digest.replaceAll('1', 'Y').slice(0, 16)}`;
}

function readAccessKey(authorization: string | readonly string[] | undefined): string {
  return /Credential=([^/,\s]+)/.exec(String(authorization ?? ''))?.[1] ?? '';
}
