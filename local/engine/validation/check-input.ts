// Checks an input against the rules of its members, and reports it in the service's own words.
import { ServiceError } from '../../service-error.js';
import { MEMBER_RULES, type MemberRule } from './member-rules.js';

/** Members of one operation: those it must have, and those it may. What it does not know, it ignores. */
export interface InputShape {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** Throws SerializationException for a wrong type, ValidationException for broken constraints, all of them at once. */
export function checkInput(shape: InputShape, input: Readonly<Record<string, unknown>>): void {
  const problems = missing(shape.required, input, '');
  for (const member of shape.required) problems.push(...checkMember(member, MEMBER_RULES[member]!, input[member]));
  for (const member of shape.optional) problems.push(...checkMember(member, MEMBER_RULES[member]!, input[member]));
  if (problems.length > 0) throw validationError(problems);
}

function missing(required: readonly string[], holder: Readonly<Record<string, unknown>>, path: string): string[] {
  const absent = required.filter((member) => holder[member] === undefined || holder[member] === null);
  return absent.map((member) => problem(null, path + lowerFirst(member), 'must not be null'));
}

/** Problems of one member and of what it holds; `path` says where it stands. */
function checkMember(path: string, rule: MemberRule, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  checkType(path, rule, value);
  const problems = brokenRules(rule, value).map((text) => problem(shown(value), path, text));
  const { members, required = [], each, keys } = rule;
  if (members) {
    const structure = value as Readonly<Record<string, unknown>>;
    const inside = `${path}.`;
    problems.push(...missing(required, structure, inside));
    for (const [name, inner] of Object.entries(members)) {
      problems.push(...checkMember(inside + lowerFirst(name), inner, structure[name]));
    }
  }
  if (keys) problems.push(...brokenInside('Map keys must', path, keys, Object.keys(value)));
  if (each) problems.push(...brokenInside(keys ? 'Map value must' : 'Member must', path, each, Object.values(value)));
  return problems;
}

/** The service names a broken rule of a list or map once, with all rules of its items. */
function brokenInside(what: string, path: string, rule: MemberRule, items: readonly unknown[]): string[] {
  for (const item of items) checkType(path, rule, item);
  if (items.every((item) => brokenRules(rule, item).length === 0)) return [];
  const { min, max } = rule;
  const lengths = `Member must have length less than or equal to ${max}, Member must have length greater than or equal to ${min}`;
  return [`Value at '${lowerFirst(path)}' failed to satisfy constraint: ${what} satisfy constraint: [${lengths}]`];
}

/** The service's ValidationException for one or more problems. */
export function validationError(problems: readonly string[]): ServiceError {
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected: `;
  return new ServiceError('ValidationException', count + problems.join('; '));
}

/** One problem in the service's words; `member` may be a path. */
export function problem(value: string | null | undefined, member: string, text: string): string {
  const what = value === undefined ? 'Value' : value === null ? 'Value null' : `Value '${value}'`;
  return `${what} at '${lowerFirst(member)}' failed to satisfy constraint: Member ${text}`;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function checkType(member: string, rule: MemberRule, value: unknown): void {
  if (isOfType(rule.type, value)) return;
  const wanted = rule.type === 'number' ? 'whole number' : rule.type;
  throw new ServiceError('SerializationException', `'${member}' must be a ${wanted}, got ${kindOf(value)}`);
}

function kindOf(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : `the number ${value}`;
  return Array.isArray(value)
    ? 'a list'
    : value === null
      ? 'null'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`;
}

function isOfType(type: MemberRule['type'], value: unknown): boolean {
  switch (type) {
    case 'list':
      return Array.isArray(value);
    case 'blob':
      return value instanceof Uint8Array;
    case 'time':
      return value instanceof Date && !Number.isNaN(value.getTime());
    case 'map':
    case 'structure':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'number':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function brokenRules(rule: MemberRule, value: unknown): string[] {
  const { min, max, pattern, values } = rule;
  const broken: string[] = [];
  if (typeof value === 'number') {
    if (min !== undefined && value < min) broken.push(`must have value greater than or equal to ${min}`);
    if (max !== undefined && value > max) broken.push(`must have value less than or equal to ${max}`);
    return broken;
  }
  const size = sizeOf(value);
  if (min !== undefined && size < min) broken.push(`must have length greater than or equal to ${min}`);
  if (max !== undefined && size > max) broken.push(`must have length less than or equal to ${max}`);
  if (pattern && typeof value === 'string' && !pattern.test(value)) {
    broken.push(`must satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`);
  }
  if (values && typeof value === 'string' && !values.includes(value)) {
    broken.push(`must satisfy enum value set: [${values.join(', ')}]`);
  }
  return broken;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (value instanceof Uint8Array) return value.byteLength;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

/** A value as an error may show it: short texts and numbers, never data. */
function shown(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 256) : undefined;
}
