// What may go wrong in the lab on purpose, where, and how often.

/**
 * Share of the occasions at a site that end in each mishap, in fair weather.
 *
 * A site is a kind of occasion: a `request` over HTTP to the stream, a `read` of the lab's own event sources, a `push`
 * subscription, an `invocation` of a function, a request to another `service`, and a stored `record`.
 */
export const MISHAP_RATES = {
  request: {
    throttle: 0.02,
    fail: 0.02,
    delay: 0.03,
    'lose-request': 0.015,
    /** What was asked for is done; the caller does not hear of it. */
    'lose-reply': 0.02,
    'restart-before': 0.004,
    'restart-after': 0.004,
  },
  read: { throttle: 0.02, fail: 0.02, delay: 0.02, 'lose-reply': 0.01, 'expire-iterator': 0.01 },
  push: { throttle: 0.05, fail: 0.05, cut: 0.3 },
  invocation: {
    throttle: 0.01,
    'throw-before': 0.008,
    'throw-after': 0.01,
    'crash-before': 0.002,
    'crash-during': 0.004,
    'crash-after': 0.003,
    'timeout-before': 0.001,
    'timeout-after': 0.002,
  },
  service: { throttle: 0.005, fail: 0.01, delay: 0.01, 'lose-request': 0.005, 'lose-reply': 0.01 },
  record: { split: 1 / 5_000, merge: 1 / 5_000, resize: 1 / 10_000 },
} as const satisfies Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A kind of occasion at which something may go wrong. */
export type Site = keyof typeof MISHAP_RATES;

/** Something that goes wrong at a site. */
export type Mishap<S extends Site = Site> = {
  [K in S]: {
    readonly kind: keyof (typeof MISHAP_RATES)[K] & string;
    /** From 0 to below 1: how long, how many, or which one. */
    readonly size: number;
  };
}[S];

/** A mishap together with the occasion it belongs to. */
export interface Fault {
  readonly site: Site;
  /** Operation, function, service, shard or stream. */
  readonly name: string;
  /** The nth occasion of this site and name, from 1. */
  readonly ordinal: number;
  readonly kind: string;
  readonly size: number;
  /** What else tells the occasion apart: the path of a request to a service. */
  readonly detail: string | undefined;
}
