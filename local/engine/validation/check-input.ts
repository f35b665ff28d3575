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
  const problems: string[] = [];
  for (const member of shape.required) {
    if (input[member] === undefined || input[member] === null) problems.push(problem(null, member, 'must not be null'));
  }
  for (const member of [...shape.required, ...shape.optional]) {
    const value = input[member];
    if (value === undefined || value === null) continue;
    const rule = MEMBER_RULES[member]!;
    checkType(member, rule, value);
    problems.push(...brokenRules(rule, value).map((text) => problem(shown(value), member, text)));
  }
  if (problems.length > 0) throw validationError(problems);
}

/** The service's ValidationException for one or more problems. */
export function validationError(problems: readonly string[]): ServiceError {
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected: `;
  return new ServiceError('ValidationException', count + problems.join('; '));
}

/** One problem in the service's words; `member` may be a path. */
export function problem(value: string | null | undefined, member: string, text: string): string {
  const what = value === undefined ? 'Value' : value === null ? 'Value null' : `Value '${value}'`;
  return `${what} at '${member[0]!.toLowerCase()}${member.slice(1)}' failed to satisfy constraint: Member ${text}`;
}

function checkType(member: string, rule: MemberRule, value: unknown): void {
  if (isOfType(rule.type, value)) return;
  throw new ServiceError(
    'SerializationException',
    `'${member}' must be a ${rule.type}, got a ${Array.isArray(value) ? 'list' : typeof value}`,
  );
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
      return typeof value === 'object' && !Array.isArray(value);
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
