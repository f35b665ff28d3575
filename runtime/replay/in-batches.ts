// Cuts what is to be delivered between records of the stream, never inside one.

/** Batches of at most `most` chosen user records, in order; one record with more goes alone. */
export function* inBatches<T extends { readonly chosen: readonly unknown[] }>(
  choices: readonly T[],
  most: number,
): Generator<readonly T[]> {
  let batch: T[] = [];
  let count = 0;
  for (const choice of choices) {
    if (count > 0 && count + choice.chosen.length > most) {
      yield batch;
      batch = [];
      count = 0;
    }
    batch.push(choice);
    count += choice.chosen.length;
  }
  if (batch.length > 0) yield batch;
}
