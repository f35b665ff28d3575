// A policy that somebody gives to a stream while the lab runs.
import { expect, test } from '@jest/globals';
import { PermissionGuard } from '../../../local/permissions/guard.js';
import { followPolicies, restorePolicies } from '../../../local/permissions/stored-policies.js';
import { aDeny, anAccess, anAllow, ROLE_ARN, reader } from '../../support/an-access.js';
import { anEngine, STREAM } from '../../support/an-engine.js';

const ResourceARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${STREAM}`;
const policy = (...Statement: object[]) => ({ ResourceARN, Policy: JSON.stringify({ Statement }) });
const denied = aDeny('kinesis:PutRecords', { Principal: { AWS: ROLE_ARN }, Resource: ResourceARN });

function aGuardedEngine(...statements: object[]) {
  const guard = new PermissionGuard(anAccess(statements), { enforced: true });
  const { engine } = anEngine();
  const put = () => guard.demandOperation(reader, 'kinesis', 'PutRecords', { StreamName: STREAM });
  return { guard, put, engine: followPolicies(engine, guard) };
}

test('a deny that is put on a stream holds from then on, and no longer than it stands there', async () => {
  const { engine, put } = aGuardedEngine(anAllow('kinesis:PutRecords'));
  put();
  await engine.call('PutResourcePolicy', policy(denied));
  expect(put).toThrow('with an explicit deny in a resource-based policy');
  await engine.call('DeleteResourcePolicy', { ResourceARN });
  put();
});

test('a policy lets in a role whose own policies say nothing', async () => {
  const { engine, put } = aGuardedEngine();
  expect(put).toThrow('no identity-based policy allows');
  await engine.call('PutResourcePolicy', policy({ ...denied, Effect: 'Allow' }));
  put();
});

test('a policy that an earlier run of the lab has left is taken up', async () => {
  const { engine } = anEngine();
  await engine.PutResourcePolicy(policy(denied));
  const { guard, put } = aGuardedEngine(anAllow('kinesis:PutRecords'));
  await restorePolicies(engine, guard, [ResourceARN, `${ResourceARN}-without`]);
  expect(put).toThrow('explicit deny');
});

test('fails when the policy holds what the lab cannot evaluate, and is not stored', async () => {
  const { engine } = aGuardedEngine();
  const fromAfar = { ...denied, Condition: { IpAddress: { 'aws:SourceIp': '1.2.3.4' } } };
  await expect(engine.call('PutResourcePolicy', policy(fromAfar))).rejects.toMatchObject({
    code: 'InvalidArgumentException',
    message: expect.stringContaining("the condition operator 'IpAddress'"),
  });
  await expect(engine.call('GetResourcePolicy', { ResourceARN })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
  });
});
