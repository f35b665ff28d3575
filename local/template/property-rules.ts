// The allow-list of properties. A property is run, or inert for a stated reason; every other one is refused by name,
// so that a template never means less in the lab than it says.

/** How the lab takes one property of a resource. */
export type PropertyRule =
  /** The lab acts on it, whatever is inside. */
  | { readonly kind: 'run' }
  /** The lab acts on it, and only on these values. */
  | { readonly kind: 'only'; readonly values: readonly unknown[] }
  /** Known to make no difference on one machine. */
  | { readonly kind: 'inert'; readonly reason: string }
  /** Looked into: an object, or each object of a list. */
  | { readonly kind: 'nested'; readonly rules: PropertyRules };

export type PropertyRules = Readonly<Record<string, PropertyRule>>;

export const run: PropertyRule = { kind: 'run' };

export function only(...values: unknown[]): PropertyRule {
  return { kind: 'only', values };
}

export function inert(reason: string): PropertyRule {
  return { kind: 'inert', reason };
}

export function nested(rules: PropertyRules): PropertyRule {
  return { kind: 'nested', rules };
}

/** The same rule for several properties. */
export function each(rule: PropertyRule, ...names: string[]): PropertyRules {
  return Object.fromEntries(names.map((name) => [name, rule]));
}

/** What the lab refuses in the properties of one resource, a sentence each. */
export function refuseProperties(owner: string, value: unknown, rules: PropertyRules): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => refuseProperties(owner, item, rules));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    const property = `${owner}.${name}`;
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) return [`property '${property}' is not known to the lab`];
    if (rule.kind === 'nested') return refuseProperties(property, item, rule.rules);
    return rule.kind === 'only' ? refuseValue(property, item, rule.values) : [];
  });
}

function refuseValue(property: string, value: unknown, allowed: readonly unknown[]): string[] {
  const values = Array.isArray(value) ? value : [value];
  if (values.every((item) => allowed.includes(item))) return [];
  return [
    `property '${property}' must be ${allowed.map((item) => `'${item}'`).join(' or ')} in the lab, got ${JSON.stringify(value)}`,
  ];
}
