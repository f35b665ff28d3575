import type { TableModel } from '../../local/template/model.js';

/** A table on demand with one key, a text unless said otherwise. */
export function aTable(name: string, key = 'id', type: 'S' | 'N' = 'S'): TableModel {
  return {
    logicalId: name,
    path: name,
    name,
    arn: `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`,
    definition: {
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: key, AttributeType: type }],
    },
  };
}
