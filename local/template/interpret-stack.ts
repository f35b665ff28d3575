// Turns one synthesized stack into the model that the lab runs, or refuses it with every reason at once.
import { emptyAccess } from './access-model.js';
import type { Assembly, AssemblyStack, TemplateResource } from './assembly.js';
import { refuseReferences } from './check-references.js';
import { LAB_ACCOUNT_ID, LAB_REGION } from './identity.js';
import type { PlatformModel } from './model.js';
import { refuseProperties } from './property-rules.js';
import { objectOf } from './property-values.js';
import { ResourceNames } from './resource-names.js';
import type { PlatformDraft, ResourceType } from './resource-type.js';
import { resourceTypes } from './resources/registry.js';

/** What stands beside a resource's properties; the lab creates all at once and deletes nothing. */
const KNOWN_ATTRIBUTES = new Set([
  ...['Type', 'Properties', 'Condition', 'Metadata', 'DependsOn', 'DeletionPolicy', 'UpdateReplacePolicy'],
]);

/** Reads the stack `stackName` of an assembly; throws one error that lists all that the lab does not know. */
export function interpretStack(assembly: Assembly, stackName: string): PlatformModel {
  const stack = assembly.stacks.find(({ name }) => name === stackName);
  if (!stack) {
    const names = assembly.stacks.map(({ name }) => `'${name}'`).join(', ');
    throw new Error(
      `'--stack' must be one of ${names || 'no stacks'}, got '${stackName}'; name a stack of the assembly ${assembly.dir}`,
    );
  }
  const names = new ResourceNames(stack);
  const draft = emptyDraft(stackName);
  const refusals: string[] = [];
  for (const [logicalId, definition] of Object.entries(stack.template.Resources ?? {})) {
    refusals.push(
      ...addResource(draft, { stack, names, logicalId, definition }).map((text) => `${text} [${logicalId}]`),
    );
  }
  // Where a resource is refused, references to it would only be refused once more.
  if (refusals.length === 0) refusals.push(...refuseReferences(draft));
  if (refusals.length > 0) {
    throw new Error(
      `read stack '${stackName}' failed: ${refusals.join('; ')}; move what the lab cannot run to another stack`,
    );
  }
  return draft;
}

interface Entry {
  readonly stack: AssemblyStack;
  readonly names: ResourceNames;
  readonly logicalId: string;
  readonly definition: TemplateResource;
}

/** Adds a resource to the model and returns what is refused of it. */
function addResource(draft: PlatformDraft, entry: Entry): string[] {
  const { definition, names } = entry;
  const type = resourceTypes.get(definition.Type);
  if (!type) return [`resource type '${definition.Type}' is not known to the lab`];
  try {
    if (definition.Condition && !names.resolver.condition(definition.Condition)) return [];
    const unknown = Object.keys(definition).filter((name) => !KNOWN_ATTRIBUTES.has(name));
    const properties = objectOf(names.resolver.resolve(definition.Properties ?? {}));
    const refusals = [
      ...unknown.map((name) => `attribute '${name}' of '${definition.Type}' is not known to the lab`),
      ...refuseProperties(definition.Type, properties, type.rules),
    ];
    if (refusals.length === 0) type.add?.(draft, resolvedResource(entry, type, properties));
    return refusals;
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function resolvedResource(entry: Entry, type: ResourceType, properties: Readonly<Record<string, unknown>>) {
  const { stack, names, logicalId, definition } = entry;
  const named = names.named(logicalId);
  const path = stack.paths.get(logicalId) ?? String(definition.Metadata?.['aws:cdk:path'] ?? logicalId);
  return {
    ...named,
    path: pathInStack(path, stack.path),
    arn: type.arn?.(named) ?? '',
    properties,
    asset: (objectKey: string) => stack.assets.get(objectKey),
  };
}

/** `Stage/Stack/Alerts/Function/Resource` is `Alerts/Function` below its stack. */
function pathInStack(path: string, stackPath: string): string {
  const below = path.startsWith(`${stackPath}/`) ? path.slice(stackPath.length + 1) : path.replace(/^[^/]+\//, '');
  return below.replace(/\/Resource$/, '');
}

function emptyDraft(stackName: string): PlatformDraft {
  return {
    stackName,
    region: LAB_REGION,
    accountId: LAB_ACCOUNT_ID,
    streams: [],
    streamConsumers: [],
    functions: [],
    eventSourceMappings: [],
    deliveries: [],
    schedules: [],
    tables: [],
    catalogTables: [],
    buckets: [],
    topics: [],
    queues: [],
    alarms: [],
    compositeAlarms: [],
    access: emptyAccess(),
  };
}
