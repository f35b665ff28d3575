// Reads policy documents into statements. What the lab cannot evaluate is refused by its name before anything runs,
// so that a policy never means more or less in the lab than it says.
import { listOf, objectOf, textOf } from '../template/property-values.js';
import { type Condition, isKnownOperator } from './conditions.js';
import { evaluatesService, isKnownConditionKey } from './evaluated.js';

/** Patterns of actions or resources; `except` means everything but these. */
export interface PatternSet {
  readonly patterns: readonly string[];
  readonly except: boolean;
}

/** Who a resource's policy speaks of. */
export interface Principals {
  /** `*`, also as `{"AWS":"*"}`: every principal, services included. */
  readonly anyone: boolean;
  /** ARNs, account ids, or `*`. */
  readonly aws: readonly string[];
  readonly services: readonly string[];
  /** Kinds of principals that nobody in the lab is. */
  readonly strangers: readonly string[];
}

export interface Statement {
  /** Unique in a template: the policy's construct path, and Sid or place in the document. */
  readonly id: string;
  /** Construct path of the role, or of the resource's policy. */
  readonly owner: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: PatternSet;
  readonly resources: PatternSet;
  readonly conditions: readonly Condition[];
  /** Undefined in the policies of a role, which speak of the role itself. */
  readonly principals: Principals | undefined;
}

const STRANGERS = ['Federated', 'CanonicalUser'];

const MEMBERS = new Set([
  ...['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition', 'Principal'],
]);

/** Where a document stands. */
export interface DocumentPlace {
  readonly path: string;
  readonly owner: string;
  /** Resource of a statement that names none: a trust policy speaks of its role. */
  readonly resource?: string;
}

/** Statements of a document; throws a sentence for the first thing that the lab does not know. */
export function parseDocument(document: unknown, place: DocumentPlace): Statement[] {
  const { Statement: statements, ...rest } = objectOf(document);
  const unknown = Object.keys(rest).find((name) => name !== 'Version' && name !== 'Id');
  if (unknown) throw new Error(`policy '${place.path}' has the member '${unknown}', which is not known to the lab`);
  return many(statements).map((statement, at) => parseStatement(objectOf(statement), at, place));
}

function parseStatement(source: Readonly<Record<string, unknown>>, at: number, place: DocumentPlace): Statement {
  const id = `${place.path}#${textOf(source.Sid) ?? at + 1}`;
  const refuse = (what: string) => new Error(`statement '${id}' has ${what}, which is not known to the lab`);
  const unknown = Object.keys(source).find((name) => !MEMBERS.has(name));
  if (unknown) throw refuse(`the member '${unknown}'`);
  const { Effect, Principal } = source;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw refuse(`the effect '${Effect}'`);
  const statement: Statement = {
    id,
    owner: place.owner,
    effect: Effect,
    actions: patternsOf(source.Action, source.NotAction),
    resources: patternsOf(source.Resource ?? place.resource, source.NotResource),
    conditions: parseConditions(source.Condition),
    principals: Principal === undefined ? undefined : parsePrincipals(Principal, refuse),
  };
  if (statement.actions.patterns.length === 0) throw refuse('no action');
  if (statement.resources.patterns.length === 0) throw refuse('no resource');
  if (!isEvaluated(statement)) return statement;
  for (const { operator, key } of statement.conditions) {
    if (!isKnownOperator(operator)) throw refuse(`the condition operator '${operator}'`);
    if (!isKnownConditionKey(key)) throw refuse(`the condition key '${key}'`);
  }
  const texts = [...statement.resources.patterns, ...statement.conditions.flatMap(({ values }) => values)];
  const variable = texts.find((text) => text.includes('${'));
  if (variable) throw refuse(`a policy variable in '${variable}'`);
  return statement;
}

/** Whether it can speak of a call that the lab evaluates. */
export function isEvaluated({ actions }: Statement): boolean {
  return actions.except || actions.patterns.some((pattern) => evaluatesService(pattern.split(':')[0]!));
}

function patternsOf(only: unknown, except: unknown): PatternSet {
  if (only === undefined && except !== undefined) return { patterns: many(except).map(String), except: true };
  return { patterns: many(only).map(String), except: false };
}

function parseConditions(block: unknown): Condition[] {
  return Object.entries(objectOf(block)).flatMap(([operator, keys]) =>
    Object.entries(objectOf(keys)).map(([key, values]) => ({ operator, key, values: many(values).map(String) })),
  );
}

function parsePrincipals(principal: unknown, refuse: (what: string) => Error): Principals {
  if (principal === '*') return { anyone: true, aws: [], services: [], strangers: [] };
  if (typeof principal === 'string') throw refuse(`the principal '${principal}'`);
  const { AWS, Service, ...others } = objectOf(principal);
  const strangers = Object.keys(others);
  const unknown = strangers.find((kind) => !STRANGERS.includes(kind));
  if (unknown) throw refuse(`the principal '${unknown}'`);
  const aws = many(AWS).map(String);
  // Both ways of writing it mean everyone.
  return { anyone: aws.includes('*'), aws, services: many(Service).map(String), strangers };
}

function many(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? listOf(value) : [value];
}
