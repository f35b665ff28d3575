// Promises of the evaluation, over random policies.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judge } from '../../../local/permissions/judge.js';
import { findRefused, findUnused, PermissionLedger } from '../../../local/permissions/ledger.js';
import { aDeny, anAllow, aPolicies, reader } from '../../support/an-access.js';

const action = fc.constantFrom('s3:PutObject', 's3:GetObject', 'kinesis:GetRecords');
const resource = fc.constantFrom('arn:aws:s3:::a/x', 'arn:aws:s3:::a/y', 'arn:aws:s3:::b/x');
const pattern = fc.constantFrom('s3:*', 's3:Put*', 's3:GetObject', 'kinesis:*', '*');
const place = fc.constantFrom('*', 'arn:aws:s3:::a/*', 'arn:aws:s3:::b/x', 'arn:aws:s3:::a/?');
const condition = fc.constantFrom(
  {},
  { Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
  {
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  },
);
const allow = fc
  .tuple(pattern, place, condition)
  .map(([Action, Resource, more]) => anAllow(Action, { Resource, ...more }));
const deny = fc
  .tuple(pattern, place, condition)
  .map(([Action, Resource, more]) => aDeny(Action, { Resource, ...more }));
const statements = fc.array(fc.oneof({ weight: 3, arbitrary: allow }, deny), { maxLength: 5 });
const request = fc.record({
  caller: fc.constant(reader),
  action,
  resource,
  context: fc.constant({ 'aws:securetransport': 'true' }),
});

const allowed = (list: readonly object[], call: Parameters<typeof judge>[1]) => judge(aPolicies(list), call).allowed;

test('one more allow never takes an allow away', () => {
  fc.assert(
    fc.property(statements, allow, request, (list, more, call) => {
      if (allowed(list, call)) expect(allowed([...list, more], call)).toBe(true);
    }),
  );
});

test('one more deny never allows, and denies all it speaks of', () => {
  fc.assert(
    fc.property(statements, deny, request, (list, more, call) => {
      if (!allowed(list, call)) expect(allowed([...list, more], call)).toBe(false);
      const speaks = allowed([{ ...more, Effect: 'Allow' }], call);
      if (speaks) expect(allowed([...list, more], call)).toBe(false);
    }),
  );
});

test('the order of statements makes no difference', () => {
  fc.assert(
    fc.property(statements, request, (list, call) => {
      expect(allowed([...list].reverse(), call)).toBe(allowed(list, call));
    }),
  );
});

test('a statement is unused exactly when no recorded call is refused without it', () => {
  fc.assert(
    fc.property(fc.array(allow, { maxLength: 4 }), fc.array(request, { maxLength: 6 }), (list, calls) => {
      const policies = aPolicies(list);
      const ledger = new PermissionLedger();
      for (const call of calls) ledger.record(call, judge(policies, call));
      const unused = new Set(findUnused(ledger.entries, policies).map(({ id }) => id));
      for (const { id, principals } of policies.all) {
        if (principals) continue;
        expect(unused.has(id)).toBe(findRefused(ledger.entries, policies, id).length === 0);
      }
    }),
  );
});
