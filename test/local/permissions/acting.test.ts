// The lab's own parts act for a role: each port asks before it acts, and does nothing when it is refused.
import { expect, test } from '@jest/globals';
import type { FanOut, KinesisApi } from '../../../local/engine/api.js';
import { Acting } from '../../../local/permissions/acting.js';
import { PermissionGuard } from '../../../local/permissions/guard.js';
import type { FunctionInvoker } from '../../../local/services/lambda/invoker.js';
import { anAccess, anAllow, reader, STREAM_ARN } from '../../support/an-access.js';

const lab = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;
const consumer = `${STREAM_ARN}/consumer/c:1`;

/** Every port over one that only notes that it was called. */
function acting(statements: readonly object[]) {
  let calls = 0;
  const note = async () => {
    calls += 1;
  };
  const guard = new PermissionGuard(anAccess(statements), { enforced: true });
  const role = new Acting(guard, reader);
  const kinesis = role.kinesis({ GetRecords: note } as unknown as KinesisApi);
  const fanOut = role.fanOut({ subscribe: note } as unknown as FanOut);
  const functions = role.functions({ invoke: note } as unknown as FunctionInvoker);
  const act: Readonly<Record<string, () => unknown>> = {
    'kinesis:GetRecords': () => kinesis.GetRecords({ StreamARN: STREAM_ARN, ShardIterator: '' }),
    'kinesis:SubscribeToShard': () =>
      fanOut.subscribe(consumer, 'shard', { Type: 'LATEST' }, new AbortController().signal),
    's3:PutObject': () => role.objects({ put: note }).put('b', 'k', new Uint8Array()),
    'sqs:SendMessage': () => role.queues({ send: note }).send(lab('sqs', 'q'), 'm'),
    'sns:Publish': () => role.topics({ publish: note }).publish(lab('sns', 't'), { body: 'm' }),
    'lambda:InvokeFunction': () => functions.invoke(lab('lambda', 'function:f'), {}),
  };
  return { act, guard, calls: () => calls };
}

const ACTIONS = Object.keys(acting([]).act);

test.each(ACTIONS)('%s goes through with an allow, and nothing happens without', async (action) => {
  const allowed = acting([anAllow(action)]);
  await allowed.act[action]!();
  expect(allowed.calls()).toBe(1);
  const refused = acting([anAllow('*'), { Effect: 'Deny', Action: action, Resource: '*' }]);
  await expect((async () => refused.act[action]!())()).rejects.toThrow(`is not authorized to perform: ${action}`);
  expect(refused.calls()).toBe(0);
  expect(refused.guard.report().refused).toMatchObject([{ action, count: 1 }]);
});
