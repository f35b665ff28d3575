import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeCbor } from '../../../local/engine/http/cbor/decode-cbor.js';
import { encodeCbor } from '../../../local/engine/http/cbor/encode-cbor.js';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('reading', () => {
  // The examples of RFC 8949, appendix A, that AWS SDKs can send.
  test.each([
    ['a small number', '17', 23],
    ['a byte', '1818', 24],
    ['two bytes', '1903e8', 1_000],
    ['four bytes', '1a000f4240', 1_000_000],
    ['eight bytes', '1b000000e8d4a51000', 1_000_000_000_000],
    ['a negative number', '3903e7', -1_000],
    ['half a float', 'f93e00', 1.5],
    ['a float', 'fa47c35000', 100_000],
    ['a double', 'fbc010666666666666', -4.1],
    ['false', 'f4', false],
    ['true', 'f5', true],
    ['null, as a member that is not there', 'f6', undefined],
    ['a text', '62c3bc', 'ü'],
    ['bytes', '4401020304', Buffer.from([1, 2, 3, 4])],
    ['a list', '83010203', [1, 2, 3]],
    ['a map', 'a26161016162820203', { a: 1, b: [2, 3] }],
    ['bytes of unknown length', '5f42010243030405ff', Buffer.from([1, 2, 3, 4, 5])],
    ['a text of unknown length', '7f657374726561646d696e67ff', 'streaming'],
    ['a list of unknown length', '9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
    ['a map of unknown length', 'bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
    ['a time in milliseconds', 'c11b0000018f3b2c4d5e', new Date(0x018f3b2c4d5e)],
  ] as const)('%s', (_rule, text, value) => {
    expect(decodeCbor(hex(text))).toEqual(value);
  });

  test.each([
    ['nothing is there', ''],
    ['it ends too soon', '1903'],
    ['a text ends too soon', '65616263'],
    ['something follows', '0101'],
    ['a key is no text', 'a10102'],
    ['a list of known length breaks off', '82 01 ff'],
    ['a break stands alone', 'ff'],
    ['it nests without end', '81'.repeat(100)],
    ['a length is reserved', '1c'],
  ] as const)('fails when %s', (_rule, text) => {
    expect(() => decodeCbor(hex(text))).toThrow('The request body is not valid CBOR.');
  });
});

test('what is written is read back, whatever it is', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.maxSafeInteger(),
    // Minus zero is written as zero.
    fc.double({ noNaN: true }).map((value) => value + 0),
    fc.boolean(),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('tree')), fc.dictionary(fc.string(), tie('tree'))),
  }));
  fc.assert(fc.property(tree, (value) => expect(decodeCbor(encodeCbor(value))).toEqual(value)));
});

test('members that are not there are not written', () => {
  expect(decodeCbor(encodeCbor({ a: undefined, b: 1 }))).toEqual({ b: 1 });
});
