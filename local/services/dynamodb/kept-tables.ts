// Items of tables that outlive the lab: each write is in a file before it is answered, and put back at the next start.
import { DataDirError } from '../../data-dir/data-dir-error.js';
import type { KeptEntries } from '../../data-dir/kept-entries.js';
import type { TableEngine } from './embedded-dynalite.js';

export type Item = Readonly<Record<string, unknown>>;

interface KeptItem {
  readonly table: string;
  readonly item: Item;
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
  readonly #entries: KeptEntries<KeptItem>;
  readonly #keyOf: (tableName: string, item: Item) => Item;

  /** `keyOf` gives the primary key of an item, or of a key. */
  constructor(entries: KeptEntries<KeptItem>, keyOf: (tableName: string, item: Item) => Item) {
    this.#entries = entries;
    this.#keyOf = keyOf;
  }

  /** Puts back what an earlier run has kept of a table. */
  async restore(engine: TableEngine, tableName: string): Promise<void> {
    for (const { table, item } of this.#entries.values()) {
      if (table !== tableName) continue;
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
      const Key = this.#keyOf(table, item);
      const { Item: now } = await engine('GetItem', { TableName: table, Key, ConsistentRead: true });
      const id = JSON.stringify([table, Key]);
      if (now) this.#entries.set(id, { table, item: now as Item });
      else this.#entries.delete(id);
    }
  }
}

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
