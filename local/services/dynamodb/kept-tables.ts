// Items of tables that outlive the lab: each write is in a file before it is answered, and put back at the next start.
import { DataDirError } from '../../data-dir/data-dir-error.js';
import type { Change, KeptEntries } from '../../data-dir/kept-entries.js';
import type { TableEngine } from './embedded-dynalite.js';

export type Item = Readonly<Record<string, unknown>>;

interface KeptItem {
  readonly table: string;
  readonly item: Item;
}

/** A request token of a transaction that has taken place. */
export interface KeptToken {
  readonly token: string;
  /** Digest of what was asked for. */
  readonly digest: string;
  readonly atMs: number;
}

/** Input of an operation that writes. */
interface Write {
  readonly TableName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly RequestItems?: Readonly<Record<string, readonly BatchWrite[]>>;
}

interface BatchWrite {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

/** The items of the tables of one lab. */
export class KeptTables {
  readonly #entries: KeptEntries<KeptItem | KeptToken>;
  readonly #keyOf: (tableName: string, item: Item) => Item;

  /** `keyOf` gives the primary key of an item, or of a key. */
  constructor(entries: KeptEntries<KeptItem | KeptToken>, keyOf: (tableName: string, item: Item) => Item) {
    this.#entries = entries;
    this.#keyOf = keyOf;
  }

  /** Puts back what an earlier run has kept of a table. */
  async restore(engine: TableEngine, tableName: string): Promise<void> {
    for (const kept of this.#entries.values()) {
      if ('token' in kept || kept.table !== tableName) continue;
      const { table, item } = kept;
      await engine('PutItem', { TableName: table, Item: item }).catch((error: Error) => {
        throw new DataDirError(
          `table '${table}' no longer takes the items that '--data-dir' has for it (${error.message}); undo the change in the template, or begin with another folder`,
          { cause: error },
        );
      });
    }
  }

  /** Keeps what a write that has succeeded has left of its items. */
  async keep(engine: TableEngine, write: Write): Promise<void> {
    for (const [table, item] of itemsOf(write)) {
      const [id, kept] = await this.#change(engine, table, this.#keyOf(table, item));
      if (kept) this.#entries.set(id, kept);
      else this.#entries.delete(id);
    }
  }

  /** Keeps what a transaction has left of its items, and its token: after a kill all of it is there, or none. */
  async keepAll(engine: TableEngine, keys: readonly (readonly [table: string, key: Item])[], token?: KeptToken) {
    const changes: Change<KeptItem | KeptToken>[] = [];
    for (const [table, key] of keys) changes.push(await this.#change(engine, table, key));
    if (token) changes.push([tokenId(token.token), token]);
    this.#entries.change(changes);
  }

  /** Tokens of transactions of earlier runs. */
  *tokens(): Generator<KeptToken> {
    for (const kept of this.#entries.values()) if ('token' in kept) yield kept;
  }

  forgetToken(token: string): void {
    this.#entries.delete(tokenId(token));
  }

  async #change(engine: TableEngine, table: string, Key: Item): Promise<Change<KeptItem>> {
    const { Item: now } = await engine('GetItem', { TableName: table, Key, ConsistentRead: true });
    const id = JSON.stringify([table, Key]);
    return now ? [id, { table, item: now as Item }] : [id];
  }
}

const tokenId = (token: string) => JSON.stringify(['token', token, 'transaction']);

/** Tables and items, or keys, that a write concerns. */
function itemsOf({ TableName = '', Key, Item, RequestItems = {} }: Write): [string, Item][] {
  const one = Key ?? Item;
  if (one) return [[TableName, one]];
  return Object.entries(RequestItems).flatMap(([table, writes]) =>
    writes.flatMap(({ PutRequest, DeleteRequest }): [string, Item][] => {
      const item = PutRequest?.Item ?? DeleteRequest?.Key;
      return item ? [[table, item]] : [];
    }),
  );
}
