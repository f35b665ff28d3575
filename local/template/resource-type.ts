// What the interpreter knows of one resource type: its allow-list, its names, and how it becomes part of the model.
import type { AccessDraft } from './access-model.js';
import type { AssetFile } from './assembly.js';
import { LAB_ACCOUNT_ID, LAB_REGION } from './identity.js';
import type { PlatformModel } from './model.js';
import type { PropertyRules } from './property-rules.js';
import type { Properties } from './property-values.js';

/** A resource whose physical name is settled; its other properties may not be yet. */
export interface NamedResource {
  readonly logicalId: string;
  readonly stackName: string;
  /** Physical name: the template's own, or `<stackName>-<logicalId>`. */
  readonly name: string;
  /** One resolved property, read when it is needed. */
  property(name: string): unknown;
}

/** A resource with everything resolved. */
export interface ResolvedResource extends NamedResource {
  readonly path: string;
  readonly arn: string;
  readonly properties: Properties;
  readonly asset: (objectKey: string) => AssetFile | undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };

/** The model while it is being made. */
export type PlatformDraft = Mutable<Omit<PlatformModel, 'access'>> & { readonly access: AccessDraft };

type Render = (resource: NamedResource) => string;

export interface ResourceType {
  readonly type: string;
  readonly rules: PropertyRules;
  /** Property that may set the physical name. */
  readonly nameProperty?: string;
  /** Longest physical name that is generated. */
  readonly nameLength?: number;
  readonly lowerCaseName?: boolean;
  /** What `Ref` gives, the name unless stated. */
  readonly ref?: Render;
  readonly arn?: Render;
  /** What `Fn::GetAtt` gives, besides `Arn`. */
  readonly attributes?: Readonly<Record<string, Render>>;
  /** Why the whole resource makes no difference on one machine. */
  readonly inert?: string;
  /** Adds the resource to the model; throws what the lab cannot run. */
  readonly add?: (draft: PlatformDraft, resource: ResolvedResource) => void;
}

/** ARN of a resource of the lab. */
export function labArn(service: string, resource: string): string {
  return `arn:aws:${service}:${LAB_REGION}:${LAB_ACCOUNT_ID}:${resource}`;
}

/** The fields that every part of the model starts with. */
export function identity(resource: ResolvedResource): { logicalId: string; path: string; name: string; arn: string } {
  const { logicalId, path, name, arn } = resource;
  return { logicalId, path, name, arn };
}
