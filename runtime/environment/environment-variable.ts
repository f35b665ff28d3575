// Settings of a function, checked at its cold start: a wrong one names itself.

/** `process.env`, or what a test puts in its place. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a variable that must be there and not empty.
 */
export function readText(env: Environment, key: string, rule = 'set'): string {
  const value = env[key];
  if (value === undefined || value === '') throw refusal(key, rule, value);
  return value;
}

/**
 * Reads a variable that must be a whole number within bounds.
 */
export function readWholeNumber(env: Environment, key: string, min: number, max: number): number {
  const rule = `a whole number from ${min} to ${max}`;
  const text = readText(env, key, rule);
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) throw refusal(key, rule, text);
  return value;
}

function refusal(key: string, rule: string, value: string | undefined): Error {
  return new Error(`environment variable '${key}' must be ${rule}, got ${value ? `'${value}'` : 'nothing'}`);
}
