// Evaluates CloudFormation's intrinsic functions to plain values, for one account, one region and one stack.
import type { Template } from './assembly.js';
import { LAB_ACCOUNT_ID, LAB_REGION } from './identity.js';

/** What a reference to a resource stands for; each throws when the lab cannot tell. */
export interface References {
  ref(logicalId: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
}

/** Marks a value that `AWS::NoValue` removes from what holds it. */
const NO_VALUE = Symbol('AWS::NoValue');

/** Parameters that only the deployment reads. */
const IGNORED_PARAMETERS = new Set(['BootstrapVersion']);

type Arguments = readonly unknown[];

/** Resolves the values of one template. */
export class IntrinsicResolver {
  readonly #template: Template;
  readonly #references: References;
  readonly #pseudo: Readonly<Record<string, unknown>>;
  readonly #conditions = new Map<string, boolean>();

  constructor(template: Template, stackName: string, references: References) {
    this.#template = template;
    this.#references = references;
    this.#pseudo = {
      'AWS::AccountId': LAB_ACCOUNT_ID,
      'AWS::NoValue': NO_VALUE,
      'AWS::NotificationARNs': [],
      'AWS::Partition': 'aws',
      'AWS::Region': LAB_REGION,
      'AWS::StackId': `arn:aws:cloudformation:${LAB_REGION}:${LAB_ACCOUNT_ID}:stack/${stackName}/lab`,
      'AWS::StackName': stackName,
      'AWS::URLSuffix': 'amazonaws.com',
    };
  }

  /** The value without intrinsics, undefined when the template removes it. */
  resolve(value: unknown): unknown {
    const resolved = this.#value(value);
    return resolved === NO_VALUE ? undefined : resolved;
  }

  /** Whether a condition of the template holds. */
  condition(name: string): boolean {
    const known = this.#conditions.get(name);
    if (known !== undefined) return known;
    const definition = this.#template.Conditions?.[name];
    if (definition === undefined) throw new Error(`condition '${name}' is not in the template`);
    const holds = this.#test(definition);
    this.#conditions.set(name, holds);
    return holds;
  }

  #value(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (Array.isArray(value)) return value.map((item) => this.#value(item)).filter((item) => item !== NO_VALUE);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [first] = entries;
    if (entries.length === 1 && first) {
      if (first[0] === 'Ref') return this.#ref(String(first[1]));
      if (first[0].startsWith('Fn::')) return this.#function(first[0], first[1]);
    }
    const resolved = entries.map(([key, item]) => [key, this.#value(item)] as const);
    return Object.fromEntries(resolved.filter(([, item]) => item !== NO_VALUE));
  }

  #text(value: string): string {
    if (value.includes('{{resolve:')) throw new Error(`dynamic reference '${value}' is not known to the lab`);
    return value;
  }

  #ref(name: string): unknown {
    if (name in this.#pseudo) return this.#pseudo[name];
    const parameter = this.#template.Parameters?.[name];
    if (!parameter) return this.#references.ref(name);
    if (IGNORED_PARAMETERS.has(name)) return '';
    if (parameter.Type.startsWith('AWS::SSM::')) throw new Error(`parameter '${name}' is kept outside the template`);
    if (parameter.Default === undefined) throw new Error(`parameter '${name}' has no default`);
    return parameter.Default;
  }

  #function(name: string, argument: unknown): unknown {
    switch (name) {
      case 'Fn::GetAtt':
        return this.#getAtt(argument);
      case 'Fn::If': {
        const [condition, whenTrue, whenFalse] = argument as Arguments;
        return this.#value(this.condition(String(condition)) ? whenTrue : whenFalse);
      }
      case 'Fn::Join': {
        const [delimiter, parts] = argument as Arguments;
        return (this.#value(parts) as Arguments).map(String).join(String(delimiter));
      }
      case 'Fn::Select': {
        const [index, list] = argument as Arguments;
        return (this.#value(list) as Arguments)[Number(this.#value(index))];
      }
      case 'Fn::Split': {
        const [delimiter, text] = argument as Arguments;
        return String(this.#value(text)).split(String(delimiter));
      }
      case 'Fn::Sub':
        return this.#substitute(argument);
      case 'Fn::FindInMap':
        return this.#findInMap(this.#value(argument) as Arguments);
      case 'Fn::Base64':
        return Buffer.from(String(this.#value(argument))).toString('base64');
      default:
        throw new Error(`intrinsic function '${name}' is not known to the lab`);
    }
  }

  #getAtt(argument: unknown): unknown {
    const [logicalId, ...attribute] = typeof argument === 'string' ? argument.split('.') : (argument as Arguments);
    return this.#references.getAtt(String(logicalId), attribute.map((part) => this.#value(part)).join('.'));
  }

  #substitute(argument: unknown): string {
    const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [
      string,
      Record<string, unknown>,
    ];
    return this.#text(text).replace(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
      if (literal) return whole.replace('!', '');
      if (Object.hasOwn(variables, name)) return String(this.#value(variables[name]));
      return String(name.includes('.') ? this.#getAtt(name) : this.#ref(name));
    });
  }

  #findInMap([map, top, second]: Arguments): unknown {
    const found = this.#template.Mappings?.[String(map)]?.[String(top)]?.[String(second)];
    if (found === undefined) throw new Error(`mapping '${map}.${top}.${second}' is not in the template`);
    return found;
  }

  /** Conditions have functions of their own, which are no values. */
  #test(definition: unknown): boolean {
    const [name, argument] = Object.entries(definition as object)[0] ?? [];
    const list = argument as Arguments;
    switch (name) {
      case 'Condition':
        return this.condition(String(argument));
      case 'Fn::And':
        return list.every((part) => this.#test(part));
      case 'Fn::Or':
        return list.some((part) => this.#test(part));
      case 'Fn::Not':
        return !this.#test(list[0]);
      case 'Fn::Equals':
        return JSON.stringify(this.#value(list[0])) === JSON.stringify(this.#value(list[1]));
      default:
        throw new Error(`condition function '${name}' is not known to the lab`);
    }
  }
}
