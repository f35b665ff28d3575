// IAM's condition operators, those that templates of streaming platforms use; any other is refused by its name.
import { matchesArn, matchesPattern } from './wildcard.js';

/** Values of condition keys in one call; a key that is not there is absent. Keys are in lower case. */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

/** One line of a Condition block. */
export interface Condition {
  readonly operator: string;
  /** As the policy has it; keys are compared without case. */
  readonly key: string;
  readonly values: readonly string[];
}

type Test = (wanted: string, actual: string) => boolean;

const POSITIVE: Readonly<Record<string, Test>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringEqualsIgnoreCase: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  StringLike: matchesPattern,
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  NumericEquals: (wanted, actual) => Number(actual) === Number(wanted),
  NumericLessThan: (wanted, actual) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (wanted, actual) => Number(actual) <= Number(wanted),
  NumericGreaterThan: (wanted, actual) => Number(actual) > Number(wanted),
  NumericGreaterThanEquals: (wanted, actual) => Number(actual) >= Number(wanted),
};

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
};

const SETS = ['ForAllValues', 'ForAnyValue'] as const;

interface ParsedOperator {
  readonly name: string;
  readonly set: (typeof SETS)[number] | undefined;
  readonly ifExists: boolean;
}

function parseOperator(operator: string): ParsedOperator {
  const set = SETS.find((prefix) => operator.startsWith(`${prefix}:`));
  const rest = set ? operator.slice(set.length + 1) : operator;
  const ifExists = rest.endsWith('IfExists');
  return { name: ifExists ? rest.slice(0, -'IfExists'.length) : rest, set, ifExists };
}

/** Whether the lab evaluates this operator. */
export function isKnownOperator(operator: string): boolean {
  const { name, set, ifExists } = parseOperator(operator);
  if (name === 'Null') return !set && !ifExists;
  return Object.hasOwn(POSITIVE, name) || Object.hasOwn(NEGATED, name);
}

/** Whether a condition holds in a call. */
export function holds({ operator, key, values }: Condition, context: ConditionContext): boolean {
  const { name, set, ifExists } = parseOperator(operator);
  const found = context[key.toLowerCase()];
  const actual = found === undefined ? [] : typeof found === 'string' ? [found] : found;
  if (name === 'Null') return values.every((value) => (value.toLowerCase() === 'true') === (actual.length === 0));
  const negated = Object.hasOwn(NEGATED, name);
  const test = POSITIVE[negated ? NEGATED[name]! : name]!;
  const passes = (value: string) => values.some((wanted) => test(wanted, value)) !== negated;
  if (actual.length === 0) return set === 'ForAllValues' || (set === undefined && (ifExists || negated));
  return set === 'ForAllValues' ? actual.every(passes) : set || !negated ? actual.some(passes) : actual.every(passes);
}
