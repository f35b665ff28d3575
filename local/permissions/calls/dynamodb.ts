// DynamoDB: actions are on tables, and on an index where one is queried; batches and transactions name several tables.
import { objectOf } from '../../template/property-values.js';
import { arnOf, type Claim, type Input, type ReadClaims } from './claim.js';

/** Actions of the parts of a transaction. */
const PARTS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  ConditionCheck: 'ConditionCheckItem',
};

export const dynamodbClaims: ReadClaims = (operation, input) => {
  if (Array.isArray(input.TransactItems)) return input.TransactItems.flatMap((item) => partClaims(objectOf(item)));
  const action = `dynamodb:${operation}`;
  const tables = input.RequestItems === undefined ? [input.TableName] : Object.keys(objectOf(input.RequestItems));
  const named = tables.filter((table) => table !== undefined).map((table) => arnOf('dynamodb', 'table/', table));
  if (named.length === 0) return operation === 'ListTables' ? [{ action, resource: '*' }] : [];
  const index = input.IndexName === undefined ? '' : `/index/${input.IndexName}`;
  return named.map((table) => ({ action, resource: `${table}${index}` }));
};

function partClaims(item: Input): Claim[] {
  return Object.entries(item).map(([part, input]) => ({
    action: `dynamodb:${PARTS[part] ?? part}`,
    resource: arnOf('dynamodb', 'table/', objectOf(input).TableName),
  }));
}
