// Typed reads of resolved template values: CloudFormation takes a number or a flag as text as well.

export type Properties = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Properties) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

export function textsOf(value: unknown): string[] {
  return listOf(value).map(String);
}

export function numberOf(value: unknown): number | undefined {
  return value === undefined || value === null ? undefined : Number(value);
}

export function flagOf(value: unknown): boolean {
  return value === true || value === 'true';
}

/** A list of `{ Key, Value }` or `{ Name, Value }` as an object. */
export function pairsOf(value: unknown): Record<string, string> {
  const pairs = listOf(value).map(objectOf);
  return Object.fromEntries(pairs.map((pair) => [String(pair.Key ?? pair.Name), String(pair.Value)]));
}
