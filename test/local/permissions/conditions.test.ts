import { expect, test } from '@jest/globals';
import { holds, isKnownOperator } from '../../../local/permissions/conditions.js';
import { matchesAction, matchesArn, matchesPattern } from '../../../local/permissions/wildcard.js';

const context = {
  'aws:securetransport': 'true',
  's3:tlsversion': '1.3',
  'aws:sourcearn': 'arn:aws:events:us-east-1:1:rule/a/b',
  'kms:viaservice': 'kinesis.us-east-1.amazonaws.com',
  'aws:tags': ['a', 'b'],
};

test.each([
  ['StringEquals', 'kms:ViaService', ['s3.x', 'kinesis.us-east-1.amazonaws.com'], true],
  ['StringEquals', 'KMS:viaservice', ['kinesis.*'], false],
  ['StringEquals', 'aws:missing', ['x'], false],
  ['StringEqualsIgnoreCase', 'kms:ViaService', ['KINESIS.us-east-1.amazonaws.com'], true],
  ['StringEqualsIfExists', 'aws:missing', ['x'], true],
  ['StringEqualsIfExists', 'kms:ViaService', ['x'], false],
  ['StringNotEquals', 'kms:ViaService', ['x', 'kinesis.us-east-1.amazonaws.com'], false],
  ['StringNotEquals', 'kms:ViaService', ['x', 'y'], true],
  ['StringNotEquals', 'aws:missing', ['x'], true],
  ['StringLike', 'kms:ViaService', ['kinesis.*.amazonaws.com'], true],
  ['StringLike', 'kms:ViaService', ['kinesis.??-east-1.*'], true],
  ['StringNotLike', 'kms:ViaService', ['kinesis.*'], false],
  ['ArnLike', 'aws:SourceArn', ['arn:aws:events:*:1:rule/*'], true],
  ['ArnLike', 'aws:SourceArn', ['arn:aws:*:rule/a/b'], false],
  ['ArnEquals', 'aws:SourceArn', ['arn:aws:events:us-east-1:1:rule/a/b'], true],
  ['ArnNotLike', 'aws:SourceArn', ['arn:aws:events:us-east-1:2:*'], true],
  ['Bool', 'aws:SecureTransport', ['false'], false],
  ['Bool', 'aws:SecureTransport', ['True'], true],
  ['NumericLessThan', 's3:TlsVersion', ['1.2'], false],
  ['NumericGreaterThanEquals', 's3:TlsVersion', ['1.3'], true],
  ['Null', 'aws:missing', ['true'], true],
  ['Null', 'aws:missing', ['false'], false],
  ['Null', 'kms:ViaService', ['false'], true],
  ['ForAnyValue:StringEquals', 'aws:tags', ['b'], true],
  ['ForAnyValue:StringEquals', 'aws:missing', ['b'], false],
  ['ForAllValues:StringEquals', 'aws:tags', ['b'], false],
  ['ForAllValues:StringEquals', 'aws:tags', ['a', 'b', 'c'], true],
  ['ForAllValues:StringEquals', 'aws:missing', ['b'], true],
  ['ForAnyValue:StringNotEquals', 'aws:tags', ['b'], true],
])('%s of %s and %j is %s', (operator, key, values, expected) => {
  expect(isKnownOperator(operator)).toBe(true);
  expect(holds({ operator, key, values }, context)).toBe(expected);
});

test('operators that the lab does not evaluate are not taken for known ones', () => {
  for (const operator of ['IpAddress', 'DateLessThan', 'BinaryEquals', 'NullIfExists', 'stringequals']) {
    expect(isKnownOperator(operator)).toBe(false);
  }
});

test('a pattern is literal but for its wildcards', () => {
  expect(matchesPattern('a.c', 'abc')).toBe(false);
  expect(matchesPattern('a*c', 'a\nbc')).toBe(true);
  expect(matchesPattern('*', '')).toBe(true);
  expect(matchesPattern('a?', 'a')).toBe(false);
  expect(matchesAction('KINESIS:Get*', 'kinesis:GetRecords')).toBe(true);
  expect(matchesArn('arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket/a:b/c')).toBe(true);
});
