// Every operation of the API by name. What is missing here answers with UnknownOperationException.
import { accountOperations } from './account-operations.js';
import { consumerOperations } from './consumer-operations.js';
import { listShardsOperation } from './list-shards.js';
import type { AllOperations } from './operation.js';
import { readOperations } from './read-operations.js';
import { reshardOperations } from './reshard-operations.js';
import { settingOperations } from './setting-operations.js';
import { streamOperations } from './stream-operations.js';
import { tagOperations } from './tag-operations.js';
import { writeOperations } from './write-operations.js';

export const OPERATIONS: AllOperations = {
  ...streamOperations,
  ...accountOperations,
  ...listShardsOperation,
  ...writeOperations,
  ...readOperations,
  ...reshardOperations,
  ...settingOperations,
  ...consumerOperations,
  ...tagOperations,
};
