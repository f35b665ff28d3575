// What a template says about permissions, intrinsics resolved, documents as they stand: input of local/permissions.

/** A policy document with the construct path of what it belongs to. */
export interface AttachedPolicy {
  readonly path: string;
  readonly document: unknown;
}

export interface RoleModel {
  readonly path: string;
  readonly name: string;
  readonly arn: string;
  readonly trust: unknown;
  readonly inline: readonly AttachedPolicy[];
  readonly managedPolicyArns: readonly string[];
  /** Policy outside the role that limits it; undefined is none. */
  readonly boundaryArn: string | undefined;
}

export interface AccessModel {
  readonly roles: readonly RoleModel[];
  /** AWS::IAM::Policy and AWS::IAM::ManagedPolicy; the latter have an ARN that roles may name. */
  readonly rolePolicies: readonly (AttachedPolicy & {
    readonly roleNames: readonly string[];
    readonly arn: string | undefined;
  })[];
  /** Of buckets, queues, topics, streams, consumers and functions. */
  readonly resourcePolicies: readonly (AttachedPolicy & { readonly resourceArn: string })[];
  readonly keys: readonly (AttachedPolicy & { readonly arn: string })[];
  readonly aliases: readonly { readonly name: string; readonly keyId: string }[];
  /** Role that a function or delivery acts with, by its ARN. */
  readonly actors: readonly { readonly path: string; readonly arn: string; readonly roleArn: string }[];
  /** Key, alias or its ARN that encrypts a stream, bucket, queue or topic. */
  readonly encrypted: readonly { readonly resourceArn: string; readonly keyId: string; readonly bucketKey?: boolean }[];
}

/** Firehose may read its source with another role than it writes with: the reader has an ARN of its own here. */
export function sourceActorArn(deliveryArn: string): string {
  return `${deliveryArn}/source`;
}

type Growing<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };

/** The same while a template is being read. */
export type AccessDraft = Growing<AccessModel>;

export function emptyAccess(): AccessDraft {
  return { roles: [], rolePolicies: [], resourcePolicies: [], keys: [], aliases: [], actors: [], encrypted: [] };
}
