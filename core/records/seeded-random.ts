// Random numbers that come out the same for the same seed. For made-up data and demos, not for secrets.

/**
 * Makes a source of numbers from 0 to below 1 out of a seed: mulberry32, whose state is one 32-bit word.
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
