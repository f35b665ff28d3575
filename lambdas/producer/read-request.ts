// What an invocation asks for: these events, or some to make up.
import { DEFAULT_GENERATED_COUNT, MAX_GENERATED_COUNT } from './contract.js';

export type ProducerRequest =
  | { readonly kind: 'events'; readonly events: readonly unknown[] }
  | { readonly kind: 'generate'; readonly count: number; readonly seed: number };

/**
 * Reads the input of the function; an EventBridge schedule brings neither events nor a count, and generates the default.
 *
 * Throws with what is wrong: the caller of a synchronous invocation sees the message.
 */
export function readRequest(input: unknown): ProducerRequest {
  if (!isObject(input)) throw new Error(refusal('input', 'an object', input));
  const { events, generate } = input;
  if (events !== undefined) {
    if (!Array.isArray(events)) throw new Error(refusal('events', 'a list', events));
    return { kind: 'events', events };
  }
  if (generate !== undefined) return readGenerate(generate);
  if (typeof input['detail-type'] === 'string' && typeof input.time === 'string') {
    return { kind: 'generate', count: DEFAULT_GENERATED_COUNT, seed: Date.parse(input.time) / 1_000 || 0 };
  }
  throw new Error("'events' or 'generate' must be given, got neither; pass events, or a count and a seed");
}

function readGenerate(generate: unknown): ProducerRequest {
  if (!isObject(generate)) throw new Error(refusal('generate', 'an object', generate));
  const { count, seed } = generate;
  if (!isWhole(count) || count < 1 || count > MAX_GENERATED_COUNT) {
    throw new Error(refusal('generate.count', `a whole number from 1 to ${MAX_GENERATED_COUNT}`, count));
  }
  if (!isWhole(seed)) throw new Error(refusal('generate.seed', 'a whole number', seed));
  return { kind: 'generate', count, seed };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function refusal(name: string, rule: string, value: unknown): string {
  return `'${name}' must be ${rule}, got ${typeof value === 'number' ? value : typeof value}`;
}
