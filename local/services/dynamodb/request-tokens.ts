// Tokens of transactions that have taken place: with one of them, the same request changes nothing for ten minutes, and
// another request is refused.
import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.js';
import { ServiceError } from '../../service-error.js';
import type { KeptTables, KeptToken } from './kept-tables.js';
import type { TransactInput } from './transact-actions.js';

const GOOD_FOR_MS = 10 * 60_000;

const LENGTH_MAX = 36;

export class RequestTokens {
  readonly #clock: Clock;
  readonly #kept: KeptTables | undefined;
  /** Oldest first. */
  readonly #known = new Map<string, KeptToken>();

  constructor(clock: Clock, kept: KeptTables | undefined) {
    this.#clock = clock;
    this.#kept = kept;
    for (const token of kept?.tokens() ?? []) this.#known.set(token.token, token);
  }

  /** What to keep once the transaction has taken place, or that it has already. */
  read({ ClientRequestToken: token, TransactItems }: TransactInput): KeptToken | undefined | 'taken-place' {
    this.#forgetOld();
    if (token === undefined) return undefined;
    if (token.length < 1 || token.length > LENGTH_MAX) {
      const message = `1 validation error detected: Value '${token}' at 'clientRequestToken' failed to satisfy constraint: Member must have length between 1 and ${LENGTH_MAX}`;
      throw new ServiceError('ValidationException', message);
    }
    const digest = createHash('sha256').update(JSON.stringify(TransactItems, inOrder)).digest('base64');
    const known = this.#known.get(token);
    if (!known) return { token, digest, atMs: this.#clock.nowMs() };
    if (known.digest === digest) return 'taken-place';
    throw new ServiceError(
      'IdempotentParameterMismatchException',
      'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical',
    );
  }

  add(token: KeptToken): void {
    this.#known.set(token.token, token);
  }

  #forgetOld(): void {
    for (const { token, atMs } of this.#known.values()) {
      if (this.#clock.nowMs() - atMs < GOOD_FOR_MS) return;
      this.#known.delete(token);
      this.#kept?.forgetToken(token);
    }
  }
}

/** Writes the members of every object in one order. */
function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
