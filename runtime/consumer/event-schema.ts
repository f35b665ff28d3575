// The boundary where bytes become an event of the platform, or a reason why they are none.
import * as z from 'zod/mini';
import { PARTITION_KEY_MAX_CHARACTERS } from '../../core/limits.js';
import type { StreamEvent } from '../../core/records/event.js';

/** What every event has; whatever else it carries is kept. */
export const EVENT_SCHEMA = z.looseObject({
  id: z.string().check(z.minLength(1)),
  time: z.iso.datetime({ offset: true }),
  type: z.string().check(z.minLength(1)),
  key: z.string().check(z.minLength(1), z.maxLength(PARTITION_KEY_MAX_CHARACTERS)),
  payload: z.record(z.string(), z.unknown()),
});

/** Why bytes are no event. */
export type EventErrorType = 'InvalidJson' | 'InvalidEvent';

export type ParsedEvent =
  | { readonly kind: 'event'; readonly event: StreamEvent }
  | { readonly kind: 'bad'; readonly errorType: EventErrorType; readonly reason: string };

const WORDS: Record<'id' | 'time' | 'type' | 'key' | 'payload', string> = {
  id: 'a string of at least 1 character',
  time: 'an ISO 8601 time',
  type: 'a string of at least 1 character',
  key: `a string of 1 to ${PARTITION_KEY_MAX_CHARACTERS} characters`,
  payload: 'an object',
};

/**
 * Checks a value against the schema; the reason names fields and rules, never what stands in them.
 */
export function checkEvent(value: unknown): ParsedEvent {
  const result = EVENT_SCHEMA.safeParse(value);
  if (result.success) return { kind: 'event', event: result.data };
  const fields = [...new Set(result.error.issues.map(({ path }) => path[0]))];
  const reason = fields
    .map((field) =>
      field !== undefined && field in WORDS ? `'${String(field)}' must be ${wordsFor(field)}` : undefined,
    )
    .filter((text) => text !== undefined)
    .join('; ');
  return { kind: 'bad', errorType: 'InvalidEvent', reason: reason || 'event must be a JSON object' };
}

/**
 * Parses the bytes of a record.
 */
export function parseEvent(bytes: Uint8Array): ParsedEvent {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { kind: 'bad', errorType: 'InvalidJson', reason: 'data must be JSON in UTF-8' };
  }
  return checkEvent(value);
}

function wordsFor(field: PropertyKey): string {
  return WORDS[field as keyof typeof WORDS];
}
