/** Calls through to `call`, but fails where `fails` has an error for the ordinal of the call, from 1. */
export function failing<A extends readonly unknown[], R>(
  call: (...args: A) => R,
  fails: (ordinal: number) => Error | undefined,
): (...args: A) => R {
  let ordinal = 0;
  return (...args) => {
    ordinal += 1;
    const error = fails(ordinal);
    if (error) throw error;
    return call(...args);
  };
}

/** Fails the first calls. */
export function first(times: number, error: () => Error): (ordinal: number) => Error | undefined {
  return (ordinal) => (ordinal <= times ? error() : undefined);
}
