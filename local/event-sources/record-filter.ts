// Filter criteria of a mapping. A record passes when any pattern matches; data that is not of the pattern's kind
// (JSON or plain text) does not match.
import type { StreamRecord } from './stream-record.js';

export type RecordFilter = (record: StreamRecord) => boolean;

type Rules = Readonly<Record<string, unknown>>;

/** Makes a filter of the patterns, JSON text each; without patterns every record passes. */
export function parseFilters(patterns: readonly string[]): RecordFilter {
  if (patterns.length === 0) return () => true;
  const parsed = patterns.map(parsePattern);
  return (record) => parsed.some((pattern) => matchesRecord(pattern, record));
}

const KNOWN_RULES = ['exists', 'prefix', 'suffix', 'equals-ignore-case', 'anything-but', 'numeric'];

function parsePattern(text: string): Rules {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    // Refused below.
  }
  if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern)) {
    throw new Error(`filter pattern must be a JSON object, got '${text}'`);
  }
  checkRules(pattern);
  return pattern as Rules;
}

/** Refuses a rule that the lab does not have, wherever it stands in a pattern. */
function checkRules(pattern: object): void {
  for (const [key, rules] of Object.entries(pattern)) {
    for (const rule of Array.isArray(rules) ? rules : []) {
      if (key === '$or') checkRules(rule);
      else if (typeof rule === 'object' && rule !== null) refuseUnknownRule(rule);
    }
    if (typeof rules === 'object' && rules !== null && !Array.isArray(rules)) checkRules(rules);
  }
}

function refuseUnknownRule(rule: object): void {
  const [name = ''] = Object.keys(rule);
  if (KNOWN_RULES.includes(name)) return;
  throw new Error(`filter rule '${name}' is not known to the lab; it has ${KNOWN_RULES.join(', ')}`);
}

function matchesRecord({ data: dataRules, ...metadata }: Rules, record: StreamRecord): boolean {
  const { partitionKey, sequenceNumber, arrivalMs } = record;
  const fields = { partitionKey, sequenceNumber, approximateArrivalTimestamp: arrivalMs / 1_000 };
  if (!matchesObject(metadata, fields)) return false;
  if (dataRules === undefined) return true;
  const text = Buffer.from(record.data).toString('utf8');
  const json = parseObject(text);
  if (Array.isArray(dataRules)) return json === undefined && matchesRules(dataRules, text);
  return json !== undefined && matchesObject(dataRules as Rules, json);
}

function parseObject(text: string): Rules | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Rules) : undefined;
  } catch {
    return undefined;
  }
}

/** Each key of the pattern must match: a list of rules for the value, or a pattern for the object below. */
function matchesObject(pattern: Rules, value: unknown): boolean {
  const object = (typeof value === 'object' && value !== null ? value : {}) as Rules;
  return Object.entries(pattern).every(([key, rules]) => {
    if (key === '$or' && Array.isArray(rules)) return rules.some((branch) => matchesObject(branch as Rules, value));
    const field = Object.hasOwn(object, key) ? object[key] : undefined;
    if (Array.isArray(rules)) return matchesRules(rules, field);
    const items = Array.isArray(field) ? field : [field];
    return items.some((item) => matchesObject(rules as Rules, item));
  });
}

/** Any rule suffices; of a list, any item. */
function matchesRules(rules: readonly unknown[], value: unknown): boolean {
  const items = Array.isArray(value) ? value : [value];
  return rules.some((rule) => items.some((item) => matchesRule(rule, item)));
}

function matchesRule(rule: unknown, value: unknown): boolean {
  if (typeof rule !== 'object' || rule === null) return rule === value;
  const [name, operand] = Object.entries(rule)[0] ?? [];
  switch (name) {
    case 'exists':
      return operand === (value !== undefined);
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(operand));
    case 'suffix':
      return typeof value === 'string' && value.endsWith(String(operand));
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === String(operand).toLowerCase();
    case 'anything-but':
      return value !== undefined && !matchesRules(Array.isArray(operand) ? operand : [operand], value);
    case 'numeric':
      return typeof value === 'number' && matchesNumber(operand as readonly unknown[], value);
    default:
      throw new Error(`filter rule '${name}' is not known to the lab`);
  }
}

const COMPARISONS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
};

/** `['>', 0, '<=', 5]`: every comparison holds. */
function matchesNumber(comparisons: readonly unknown[], value: number): boolean {
  for (let index = 0; index < comparisons.length; index += 2) {
    const compare = COMPARISONS[String(comparisons[index])];
    if (!compare?.(value, Number(comparisons[index + 1]))) return false;
  }
  return comparisons.length > 0;
}
