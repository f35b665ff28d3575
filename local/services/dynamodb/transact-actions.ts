// The actions of a transaction as single writes, or a refusal of what DynamoDB would not begin with.
import { ServiceError } from '../../service-error.js';
import type { Item } from './kept-tables.js';

const MAX_ACTIONS = 100;

/** Single write that stands for each kind. A check is a deletion that is taken back. */
const OPERATIONS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'DeleteItem',
};

interface ActionInput {
  readonly TableName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

export interface TransactInput {
  readonly TransactItems?: readonly Readonly<Record<string, ActionInput>>[];
  readonly ClientRequestToken?: string;
  readonly ReturnConsumedCapacity?: string;
  readonly ReturnItemCollectionMetrics?: string;
}

export interface Action {
  readonly table: string;
  readonly key: Item;
  readonly operation: string;
  /** Input of the operation. */
  readonly input: object;
  /** Whether it is a check only. */
  readonly changesNothing: boolean;
  /** Whether a condition that fails is told with its item. */
  readonly tellsItem: boolean;
}

/** Reads the actions; `keyOf` gives the primary key of an item, or of a key. */
export function readActions(input: TransactInput, keyOf: (table: string, item: Item) => Item): readonly Action[] {
  for (const name of ['ReturnConsumedCapacity', 'ReturnItemCollectionMetrics'] as const) {
    if (input[name] !== undefined && input[name] !== 'NONE') {
      throw invalid(`the lab's DynamoDB does not have '${name}' for a transaction, got ${input[name]}; leave it out`);
    }
  }
  const items = input.TransactItems ?? [];
  if (items.length === 0) throw constraint('greater than or equal to 1');
  if (items.length > MAX_ACTIONS) throw constraint(`less than or equal to ${MAX_ACTIONS}`);
  const actions = items.map((item) => readAction(item, keyOf));
  const places = new Set(actions.map(({ table, key }) => JSON.stringify([table, key])));
  if (places.size < actions.length) {
    throw invalid('Transaction request cannot include multiple operations on one item');
  }
  return actions;
}

function readAction(item: Readonly<Record<string, ActionInput>>, keyOf: (table: string, item: Item) => Item): Action {
  const [[kind, input] = ['', {}], ...others] = Object.entries(item);
  const operation = Object.hasOwn(OPERATIONS, kind) ? OPERATIONS[kind] : undefined;
  if (!operation || others.length > 0) {
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const { ReturnValuesOnConditionCheckFailure: wanted, ...write } = input;
  const changesNothing = kind === 'ConditionCheck';
  if (changesNothing && write.ConditionExpression === undefined) throw missing('conditionExpression');
  if (kind === 'Update' && write.UpdateExpression === undefined) throw missing('updateExpression');
  const place = kind === 'Put' ? write.Item : write.Key;
  if (!write.TableName) throw missing('tableName');
  if (!place) throw missing(kind === 'Put' ? 'item' : 'key');
  const [table, key] = [write.TableName, keyOf(write.TableName, place)];
  return { table, key, operation, input: write, changesNothing, tellsItem: wanted === 'ALL_OLD' };
}

const invalid = (message: string) => new ServiceError('ValidationException', message);

const missing = (member: string) =>
  invalid(
    `1 validation error detected: Value null at 'transactItems.member.${member}' failed to satisfy constraint: Member must not be null`,
  );

const constraint = (rule: string) =>
  invalid(
    `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ${rule}`,
  );
