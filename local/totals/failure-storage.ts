// Reads what failure storage holds: the functions' own records and Lambda's invocation records. Counted by distinct
// record, so that a redelivery, or a record that both kinds hold, counts once.

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
}

interface StoredInvocation {
  readonly payload?: string;
}

export class FailureStorage {
  readonly #mappings: ReadonlyMap<string, FailedOf>;
  readonly #functions: ReadonlyMap<string, readonly FailedOf[]>;

  constructor(sources: readonly FailureSource[]) {
    this.#mappings = new Map(
      sources.map(({ mappingUuid }) => [mappingUuid, { byFunction: new Set(), byLambda: new Set() }]),
    );
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
        if (record !== undefined) failed.byFunction.add(record);
      }
    }
    const [, uuid] = /^aws\/lambda\/([^/]+)\//.exec(key) ?? [];
    const failed = this.#mappings.get(uuid ?? '');
    if (failed) readInvocation(failed, JSON.parse(Buffer.from(body).toString('utf8')));
  }

  /** Takes note of records that a mapping gave up to its destination. */
  addKept(mappingUuid: string, records: readonly KeptRecord[]): void {
    const failed = this.#mappings.get(mappingUuid);
    for (const { shardId, sequenceNumber } of records) failed?.byLambda.add(`${shardId}:${sequenceNumber}`);
  }

  /** Distinct records of a mapping in failure storage that it is done with. */
  countFailed(mappingUuid: string, isDone: IsDone): number {
    const { byLambda } = this.#mappings.get(mappingUuid)!;
    return byLambda.size + this.countPassed(mappingUuid, isDone);
  }

  /** Those of them that the mapping saw pass, because the function stored them and went on. */
  countPassed(mappingUuid: string, isDone: IsDone): number {
    const { byFunction, byLambda } = this.#mappings.get(mappingUuid)!;
    let passed = 0;
    for (const record of byFunction) if (!byLambda.has(record) && isDone(...parseIdentity(record))) passed += 1;
    return passed;
  }
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

function readInvocation({ byLambda }: FailedOf, { payload }: StoredInvocation): void {
  if (payload === undefined) return;
  const event: { readonly Records: readonly { readonly eventID: string }[] } = JSON.parse(payload);
  // An event id is `<shard id>:<sequence number>` already.
  for (const { eventID } of event.Records) byLambda.add(eventID);
}
