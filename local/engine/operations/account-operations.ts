// DescribeAccountSettings and UpdateAccountSettings.
import type { OperationTable } from './operation.js';

export const accountOperations = {
  DescribeAccountSettings: {
    required: [],
    optional: [],
    run: ({ account, clock }) => ({ MinimumThroughputBillingCommitment: account.render(clock.nowMs()) }),
  },

  UpdateAccountSettings: {
    required: ['MinimumThroughputBillingCommitment'],
    optional: [],
    run({ account, clock }, input) {
      const nowMs = clock.nowMs();
      if (input.MinimumThroughputBillingCommitment!.Status === 'ENABLED') account.commit(nowMs);
      else account.end(nowMs);
      return { MinimumThroughputBillingCommitment: account.render(nowMs) };
    },
  },
} satisfies OperationTable;
