// Sequence numbers are decimal numbers of up to 128 digits: too long for a number, unordered as text.

/**
 * Orders two sequence numbers of one shard: below zero where `a` comes first.
 */
export function compareSequenceNumbers(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
