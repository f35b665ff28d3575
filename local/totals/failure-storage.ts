// Reads what failure storage holds: the functions' own records and Lambda's invocation records. Counted by distinct
// record, so that a redelivery, or a record that both kinds hold, counts once. In a long run the records that lie behind
// their shard's checkpoint, which nobody delivers again, are kept as a number only.

/** What a mapping's failures are found by. */
export interface FailureSource {
  readonly mappingUuid: string;
  readonly functionName: string;
}

/**
 * Whether the mapping will not deliver a record again. One that is stored and still under way is unread: its batch may
 * end anywhere.
 */
export type IsDone = (shardId: string, sequenceNumber: string) => boolean;

/** Sequence number up to which a shard is done; undefined before the first record is. */
export type DoneUpTo = (shardId: string) => string | undefined;

/** Records of a mapping that are remembered one by one before those that are done with become a number. */
const REMEMBERED = 10_000;

/** What a record is known by. */
export interface KeptRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
}

interface FailedOf {
  /** `<shard id>:<sequence number>` of records that the function itself stored. */
  readonly byFunction: Set<string>;
  /** The same of records that Lambda gave up, whether with their invocation or as a notice of their range. */
  readonly byLambda: Set<string>;
  /** Numbers of records of both kinds that are forgotten. */
  readonly forgotten: { byFunction: number; byLambda: number };
  /** Sequence number by shard up to which they are, and up to which whatever comes late has been counted. */
  readonly forgottenUpTo: Map<string, bigint>;
}

interface StoredInvocation {
  readonly payload?: string;
}

export class FailureStorage {
  readonly #mappings: ReadonlyMap<string, FailedOf>;
  readonly #functions: ReadonlyMap<string, readonly FailedOf[]>;

  readonly #remembered: number;

  constructor(sources: readonly FailureSource[], remembered = REMEMBERED) {
    this.#remembered = remembered;
    this.#mappings = new Map(sources.map(({ mappingUuid }) => [mappingUuid, nothing()]));
    const names = new Set(sources.map(({ functionName }) => functionName));
    this.#functions = new Map(
      [...names].map((name) => [
        name,
        sources
          .filter(({ functionName }) => functionName === name)
          .map(({ mappingUuid }) => this.#mappings.get(mappingUuid)!),
      ]),
    );
  }

  /** Takes note of an object stored in any bucket; others than failures are passed over. */
  readObject(key: string, body: Uint8Array): void {
    const [, functionName] = /^records\/([^/]+)\/.+\.ndjson$/.exec(key) ?? [];
    for (const failed of this.#functions.get(functionName ?? '') ?? []) {
      for (const line of Buffer.from(body).toString('utf8').split('\n')) {
        const record = identify(line);
        if (record !== undefined) remember(failed, 'byFunction', record);
      }
    }
    const [, uuid] = /^aws\/lambda\/([^/]+)\//.exec(key) ?? [];
    const failed = this.#mappings.get(uuid ?? '');
    if (failed) readInvocation(failed, JSON.parse(Buffer.from(body).toString('utf8')));
  }

  /** Takes note of records that a mapping gave up to its destination. */
  addKept(mappingUuid: string, records: readonly KeptRecord[]): void {
    const failed = this.#mappings.get(mappingUuid);
    if (!failed) return;
    for (const { shardId, sequenceNumber } of records) remember(failed, 'byLambda', `${shardId}:${sequenceNumber}`);
  }

  /** Distinct records of a mapping in failure storage that it is done with. */
  countFailed(mappingUuid: string, isDone: IsDone): number {
    const { byLambda, forgotten } = this.#mappings.get(mappingUuid)!;
    return forgotten.byLambda + byLambda.size + this.countPassed(mappingUuid, isDone);
  }

  /** Those of them that the mapping saw pass, because the function stored them and went on. */
  countPassed(mappingUuid: string, isDone: IsDone): number {
    const { byFunction, byLambda, forgotten } = this.#mappings.get(mappingUuid)!;
    let passed = forgotten.byFunction;
    for (const record of byFunction) if (!byLambda.has(record) && isDone(...parseIdentity(record))) passed += 1;
    return passed;
  }

  /** Keeps the memory of a long run within bounds: forgets records behind the checkpoints once there are many. */
  forget(mappingUuid: string, doneUpTo: DoneUpTo): void {
    const failed = this.#mappings.get(mappingUuid)!;
    const { byFunction, byLambda, forgotten, forgottenUpTo } = failed;
    if (byFunction.size + byLambda.size <= this.#remembered) return;
    const shardIds = new Set([...byFunction, ...byLambda].map((record) => parseIdentity(record)[0]));
    for (const shardId of shardIds) {
      const upTo = doneUpTo(shardId);
      if (upTo !== undefined) forgottenUpTo.set(shardId, BigInt(upTo));
    }
    for (const record of byFunction) {
      if (!isForgotten(failed, record)) continue;
      byFunction.delete(record);
      if (!byLambda.has(record)) forgotten.byFunction += 1;
    }
    for (const record of byLambda) if (isForgotten(failed, record) && byLambda.delete(record)) forgotten.byLambda += 1;
  }
}

function nothing(): FailedOf {
  return {
    byFunction: new Set(),
    byLambda: new Set(),
    forgotten: { byFunction: 0, byLambda: 0 },
    forgottenUpTo: new Map(),
  };
}

/** A record that comes late, from behind what is forgotten, is taken for one that was counted. */
function remember(failed: FailedOf, kind: 'byFunction' | 'byLambda', record: string): void {
  if (!isForgotten(failed, record)) failed[kind].add(record);
}

function isForgotten({ forgottenUpTo }: FailedOf, record: string): boolean {
  const [shardId, sequenceNumber] = parseIdentity(record);
  const upTo = forgottenUpTo.get(shardId);
  return upTo !== undefined && BigInt(sequenceNumber) <= upTo;
}

function parseIdentity(record: string): [shardId: string, sequenceNumber: string] {
  const colon = record.indexOf(':');
  return [record.slice(0, colon), record.slice(colon + 1)];
}

/** Undefined when the line is no failed record: what else a function stores under such a key is its own affair. */
function identify(line: string): string | undefined {
  try {
    const { shardId, sequenceNumber } = JSON.parse(line);
    const isRecord = typeof shardId === 'string' && typeof sequenceNumber === 'string' && /^\d+$/.test(sequenceNumber);
    return isRecord ? `${shardId}:${sequenceNumber}` : undefined;
  } catch {
    return undefined;
  }
}

function readInvocation(failed: FailedOf, { payload }: StoredInvocation): void {
  if (payload === undefined) return;
  const event: { readonly Records: readonly { readonly eventID: string }[] } = JSON.parse(payload);
  // An event id is `<shard id>:<sequence number>` already.
  for (const { eventID } of event.Records) remember(failed, 'byLambda', eventID);
}
