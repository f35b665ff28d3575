import { expect, test } from '@jest/globals';
import { IntrinsicResolver } from '../../../local/template/intrinsics.js';

const template = {
  Parameters: {
    Size: { Type: 'Number', Default: 3 },
    BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>' },
  },
  Conditions: {
    Here: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
    Elsewhere: { 'Fn::Not': [{ Condition: 'Here' }] },
    Either: { 'Fn::Or': [{ Condition: 'Elsewhere' }, { Condition: 'Here' }] },
    Both: { 'Fn::And': [{ Condition: 'Elsewhere' }, { Condition: 'Here' }] },
  },
  Mappings: { Sizes: { 'us-east-1': { shards: 2 } } },
};

const resolver = new IntrinsicResolver(template, 'Demo', {
  ref: (logicalId) => `ref-${logicalId}`,
  getAtt: (logicalId, attribute) => `${attribute}-of-${logicalId}`,
});

test.each([
  ['joins what it resolved', { 'Fn::Join': [':', ['a', { Ref: 'AWS::AccountId' }]] }, 'a:000000000000'],
  ['refers to a resource', { Ref: 'Stream' }, 'ref-Stream'],
  ['refers to a parameter by its default', { Ref: 'Size' }, 3],
  ['reads an attribute given as a list', { 'Fn::GetAtt': ['Stream', 'Arn'] }, 'Arn-of-Stream'],
  ['reads an attribute given as text', { 'Fn::GetAtt': 'Stream.Arn' }, 'Arn-of-Stream'],
  [
    'substitutes references, attributes and variables',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own notation
    { 'Fn::Sub': ['${Stream}/${Stream.Arn}/${Mine}/${!Left}', { Mine: { Ref: 'Size' } }] },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own notation
    'ref-Stream/Arn-of-Stream/3/${Left}',
  ],
  ['selects from what it splits', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
  ['takes the branch of a condition that holds', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
  ['takes the other branch when it does not', { 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
  ['finds in a map', { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'shards'] }, 2],
  ['leaves an object with one ordinary key alone', { Action: { Ref: 'X' } }, { Action: 'ref-X' }],
  ['removes a property without a value', { a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }] }, { b: [1] }],
] as const)('%s', (_rule, value, expected) => {
  expect(resolver.resolve(value)).toEqual(expected);
});

test('a whole value that is removed is undefined', () => {
  expect(resolver.resolve({ 'Fn::If': ['Both', 1, { Ref: 'AWS::NoValue' }] })).toBeUndefined();
});

test.each([
  [
    'fails when the function is unknown',
    { 'Fn::ImportValue': 'x' },
    "intrinsic function 'Fn::ImportValue' is not known",
  ],
  [
    'fails when a secret would have to be read',
    '{{resolve:ssm:x}}',
    "dynamic reference '{{resolve:ssm:x}}' is not known",
  ],
  ['fails when a map has no such entry', { 'Fn::FindInMap': ['Sizes', 'x', 'y'] }, "mapping 'Sizes.x.y' is not in the"],
] as const)('%s', (_rule, value, message) => {
  expect(() => resolver.resolve(value)).toThrow(message);
});
