// Count, sum, least and greatest of numbers per key and field: the state of a window, bounded in bytes.

/** Statistics of one field. */
export interface FieldStatistics {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** Statistics of one key. */
export interface KeyStatistics {
  readonly key: string;
  /** Sequence number of the key's first record in here: the same records give the same one. */
  readonly first: string;
  /** Events of the key, with or without numbers. */
  readonly events: number;
  readonly fields: ReadonlyMap<string, FieldStatistics>;
}

/** What one event adds. */
export interface Observation {
  readonly key: string;
  readonly sequenceNumber: string;
  readonly numbers: Iterable<readonly [field: string, value: number]>;
}

/** As JSON; lists, because a key may be called `__proto__`. */
export type StoredStatistics = readonly (readonly [
  key: string,
  first: string,
  events: number,
  fields: readonly (readonly [field: string, count: number, sum: number, min: number, max: number])[],
])[];

/** Fields of one key that are kept, first come first served. */
export const FIELDS_PER_KEY_MAX = 20;

/**
 * Characters of a field's name; a longer name is no field of a measurement, and one event with a few of them would outgrow
 * the state, or the item that its key is written to.
 */
export const FIELD_NAME_MAX_CHARACTERS = 128;

/** Four numbers of up to 24 characters, brackets and commas. */
const FIELD_BYTES = 4 * 24 + 8;
const KEY_BYTES = 32;

/**
 * Statistics of many keys, with an upper bound of what they take as JSON.
 */
export class StatisticsTable {
  readonly #keys = new Map<string, { first: string; events: number; fields: Map<string, FieldStatistics> }>();
  #bytes = 2;

  /** Restores what `store` gave. */
  static restore(stored: StoredStatistics): StatisticsTable {
    const table = new StatisticsTable();
    for (const [key, first, events, fields] of stored) {
      const entry = table.#open(key, first);
      entry.events = events;
      for (const [field, count, sum, min, max] of fields) table.#set(entry.fields, field, { count, sum, min, max });
    }
    return table;
  }

  /** Most bytes that `store` can take as JSON. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#keys.size;
  }

  add({ key, sequenceNumber, numbers }: Observation): void {
    const entry = this.#keys.get(key) ?? this.#open(key, sequenceNumber);
    entry.events += 1;
    for (const [field, value] of numbers) {
      const known = entry.fields.get(field);
      if (!known && (entry.fields.size >= FIELDS_PER_KEY_MAX || !isFieldName(field))) continue;
      this.#set(entry.fields, field, known ? join(known, value) : { count: 1, sum: value, min: value, max: value });
    }
  }

  list(): KeyStatistics[] {
    return [...this.#keys].map(([key, entry]) => ({ key, ...entry }));
  }

  store(): StoredStatistics {
    return [...this.#keys].map(([key, { first, events, fields }]) => [
      key,
      first,
      events,
      [...fields].map(([field, { count, sum, min, max }]) => [field, count, sum, min, max] as const),
    ]);
  }

  #open(key: string, first: string) {
    const entry = { first, events: 0, fields: new Map<string, FieldStatistics>() };
    this.#keys.set(key, entry);
    this.#bytes += jsonBytes(key) + jsonBytes(first) + KEY_BYTES;
    return entry;
  }

  #set(fields: Map<string, FieldStatistics>, field: string, statistics: FieldStatistics): void {
    if (!fields.has(field)) this.#bytes += jsonBytes(field) + FIELD_BYTES;
    fields.set(field, statistics);
  }
}

/** A table takes no empty name. */
function isFieldName(field: string): boolean {
  return field.length > 0 && field.length <= FIELD_NAME_MAX_CHARACTERS;
}

function join({ count, sum, min, max }: FieldStatistics, value: number): FieldStatistics {
  return { count: count + 1, sum: sum + value, min: Math.min(min, value), max: Math.max(max, value) };
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text), 'utf8');
}
