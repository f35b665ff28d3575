import { expect, test } from '@jest/globals';
import { renderBatchResponse } from '../../../core/batching/render-batch-response.js';

test.each([
  ['an empty batch succeeds', [], []],
  ['a batch without failures succeeds', [{ sequenceNumber: '1' }, { sequenceNumber: '2' }], []],
  [
    'only the first failure is returned',
    [{ sequenceNumber: '1' }, { sequenceNumber: '2', error: new Error('x') }, { sequenceNumber: '3', error: 'y' }],
    [{ itemIdentifier: '2' }],
  ],
  ['a thrown null is a failure too', [{ sequenceNumber: '1', error: null }], [{ itemIdentifier: '1' }]],
])('%s', (_rule, outcomes, batchItemFailures) => {
  expect(renderBatchResponse(outcomes)).toEqual({ batchItemFailures });
});
