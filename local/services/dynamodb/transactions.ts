// TransactWriteItems over an engine that knows single writes only: each action is tried on its own, and all are taken back
// unless each has succeeded. Nothing else may run meanwhile.
import type { Clock } from '../../clock.js';
import { ServiceError } from '../../service-error.js';
import type { TableEngine } from './embedded-dynalite.js';
import { itemBytes } from './item-size.js';
import type { Item, KeptTables } from './kept-tables.js';
import { RequestTokens } from './request-tokens.js';
import { type Action, readActions, type TransactInput } from './transact-actions.js';

export type { TransactInput };

const MAX_BYTES = 4 * 1_024 * 1_024;

const CONDITION_FAILED = 'ConditionalCheckFailedException';

/** Validation errors that depend on the item or the table, so that they cancel a transaction instead of refusing it. */
const OF_ITEM = new RegExp(
  [
    'The provided key element does not match the schema',
    'One or more parameter values were invalid',
    'Item size',
    'The update expression attempted to update the secondary index key',
    'An operand in the update expression has an incorrect data type',
    'Type mismatch for attribute to update',
    'The document path provided in the update expression is invalid',
    'The provided expression refers to an attribute that does not exist',
    'Cannot update attribute',
    'Number overflow',
  ].join('|'),
);

interface Reason {
  readonly Code: 'None' | 'ConditionalCheckFailed' | 'ValidationError';
  readonly Message?: string;
  readonly Item?: Item;
}

export interface TransactionsOptions {
  readonly engine: TableEngine;
  /** Primary key of an item, or of a key. */
  readonly keyOf: (tableName: string, item: Item) => Item;
  readonly clock: Clock;
  readonly kept: KeptTables | undefined;
}

export class Transactions {
  readonly #engine: TableEngine;
  readonly #keyOf: TransactionsOptions['keyOf'];
  readonly #kept: KeptTables | undefined;
  readonly #tokens: RequestTokens;

  constructor({ engine, keyOf, clock, kept }: TransactionsOptions) {
    this.#engine = engine;
    this.#keyOf = keyOf;
    this.#kept = kept;
    this.#tokens = new RequestTokens(clock, kept);
  }

  /** Makes all of the writes or none. */
  async write(input: TransactInput): Promise<Record<string, never>> {
    const actions = readActions(input, this.#keyOf);
    const token = this.#tokens.read(input);
    if (token === 'taken-place') return {};
    const before = await this.#read(actions);
    try {
      await this.#tryAll(actions, before);
      await this.#kept?.keepAll(
        this.#engine,
        actions.map(({ table, key }) => [table, key] as const),
        token,
      );
    } catch (error) {
      for (const [i, action] of actions.entries()) await this.#putBack(action, before[i]);
      throw error;
    }
    if (token) this.#tokens.add(token);
    return {};
  }

  /** The items as they are; a key that the table does not have cancels all. */
  async #read(actions: readonly Action[]): Promise<readonly (Item | undefined)[]> {
    const items: (Item | undefined)[] = [];
    const reasons: Reason[] = [];
    for (const action of actions) {
      try {
        items.push(await this.#stored(action));
        reasons.push({ Code: 'None' });
      } catch (error) {
        reasons.push(validationReason(error));
      }
    }
    if (items.length < actions.length) throw cancelled(reasons);
    return items;
  }

  async #tryAll(actions: readonly Action[], before: readonly (Item | undefined)[]): Promise<void> {
    const reasons: Reason[] = [];
    let bytes = 0;
    for (const [i, action] of actions.entries()) {
      reasons.push(await this.#try(action, before[i]));
      bytes += itemBytes((await this.#stored(action)) ?? before[i] ?? {});
    }
    if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
    if (bytes > MAX_BYTES) {
      const message = `The aggregate size of the items in the transaction exceeds 4 MB: ${bytes} bytes`;
      throw new ServiceError('ValidationException', message);
    }
  }

  async #try(action: Action, before: Item | undefined): Promise<Reason> {
    try {
      await this.#engine(action.operation, action.input);
      if (action.changesNothing) await this.#putBack(action, before);
      return { Code: 'None' };
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== CONDITION_FAILED) return validationReason(error);
      const told = action.tellsItem && before ? { Item: before } : {};
      return { Code: 'ConditionalCheckFailed', Message: error.message, ...told };
    }
  }

  async #stored({ table, key }: Action): Promise<Item | undefined> {
    const { Item: item } = await this.#engine('GetItem', { TableName: table, Key: key, ConsistentRead: true });
    return item as Item | undefined;
  }

  async #putBack({ table, key }: Action, before: Item | undefined): Promise<void> {
    if (before) await this.#engine('PutItem', { TableName: table, Item: before });
    else await this.#engine('DeleteItem', { TableName: table, Key: key });
  }
}

/** The reason that an error of one action is; throws what refuses the whole request. */
function validationReason(error: unknown): Reason {
  const { code, message } = error as Partial<ServiceError>;
  if (code !== 'ValidationException' || !message || !OF_ITEM.test(message)) throw error;
  return { Code: 'ValidationError', Message: message };
}

function cancelled(reasons: readonly Reason[]): ServiceError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  // This exception has its message under a capital letter.
  const details = { Message: message, CancellationReasons: reasons };
  return new ServiceError('TransactionCanceledException', message, 400, details);
}
