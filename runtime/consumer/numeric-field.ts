// Numbers in payloads: JSON numbers, or text that is one, for rows of a CSV file are kept as they are.

/** Beyond this a number is no measurement, and sums of them would leave what a table can store. */
const LARGEST = 1e100;

/** What stands in a field. */
export type FieldReading =
  | { readonly kind: 'number'; readonly value: number }
  /** The field is absent, null or empty text. */
  | { readonly kind: 'none' }
  | { readonly kind: 'not-a-number' };

/**
 * Reads a number out of a field's value.
 */
export function readNumeric(value: unknown): FieldReading {
  if (value === undefined || value === null) return { kind: 'none' };
  if (typeof value === 'number') return check(value);
  if (typeof value !== 'string') return { kind: 'not-a-number' };
  const text = value.trim();
  if (text === '') return { kind: 'none' };
  return DECIMAL.test(text) ? check(Number(text)) : { kind: 'not-a-number' };
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function check(value: number): FieldReading {
  return Math.abs(value) <= LARGEST ? { kind: 'number', value } : { kind: 'not-a-number' };
}
