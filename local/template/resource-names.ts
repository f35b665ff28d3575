// Physical names, references and attributes of a template's resources, settled on demand: a name may be made of
// other resources' names.
import { createHash } from 'node:crypto';
import type { AssemblyStack, TemplateResource } from './assembly.js';
import { IntrinsicResolver, type References } from './intrinsics.js';
import type { NamedResource, ResourceType } from './resource-type.js';
import { resourceTypes } from './resources/registry.js';

const DEFAULT_NAME_LENGTH = 255;

/** Hexadecimal digits that tell cut names apart. */
const CUT_NAME_DIGITS = 8;

export class ResourceNames implements References {
  readonly resolver: IntrinsicResolver;
  readonly #stack: AssemblyStack;
  readonly #names = new Map<string, string>();
  readonly #settling = new Set<string>();

  constructor(stack: AssemblyStack) {
    this.#stack = stack;
    this.resolver = new IntrinsicResolver(stack.template, stack.name, this);
  }

  ref(logicalId: string): unknown {
    const { type } = this.#find(logicalId);
    const resource = this.named(logicalId);
    return type.ref ? type.ref(resource) : resource.name;
  }

  getAtt(logicalId: string, attribute: string): unknown {
    const { type } = this.#find(logicalId);
    const render = attribute === 'Arn' && type.arn ? type.arn : type.attributes?.[attribute];
    if (!render) throw new Error(`attribute '${type.type}.${attribute}' is not known to the lab`);
    return render(this.named(logicalId));
  }

  /** A resource by its logical id, its other properties resolved when they are read. */
  named(logicalId: string): NamedResource {
    const { definition } = this.#find(logicalId);
    return {
      logicalId,
      stackName: this.#stack.name,
      name: this.#name(logicalId),
      property: (name) => this.resolver.resolve(definition.Properties?.[name]),
    };
  }

  #find(logicalId: string): { definition: TemplateResource; type: ResourceType } {
    const definition = this.#stack.template.Resources?.[logicalId];
    if (!definition) throw new Error(`resource '${logicalId}' is not in the template`);
    const type = resourceTypes.get(definition.Type);
    if (!type) throw new Error(`what it takes from '${logicalId}' is not known to the lab`);
    return { definition, type };
  }

  #name(logicalId: string): string {
    const known = this.#names.get(logicalId);
    if (known !== undefined) return known;
    if (this.#settling.has(logicalId)) throw new Error(`the name of '${logicalId}' refers to itself`);
    this.#settling.add(logicalId);
    try {
      const { definition, type } = this.#find(logicalId);
      const own = type.nameProperty && this.resolver.resolve(definition.Properties?.[type.nameProperty]);
      const name = own ? String(own) : generateName(`${this.#stack.name}-${logicalId}`, type);
      this.#names.set(logicalId, name);
      return name;
    } finally {
      this.#settling.delete(logicalId);
    }
  }
}

/** A name inside the type's limit; one that is cut keeps a digest of the whole. */
function generateName(
  whole: string,
  { nameLength = DEFAULT_NAME_LENGTH, lowerCaseName = false }: ResourceType,
): string {
  const name = lowerCaseName ? whole.toLowerCase() : whole;
  if (name.length <= nameLength) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, CUT_NAME_DIGITS);
  return `${name.slice(0, nameLength - CUT_NAME_DIGITS - 1)}-${digest}`;
}
