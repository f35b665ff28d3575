import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { makeSelfSigned } from '../../../local/engine/http/self-signed.js';

const NOW_MS = Date.UTC(2026, 10, 21, 4, 15);

test('the certificate is for the loopback interface, its own authority, and of use today', () => {
  const { certificate, key } = makeSelfSigned(NOW_MS);
  const parsed = new X509Certificate(certificate);
  expect(parsed.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
  expect(parsed.checkHost('localhost')).toBe('localhost');
  expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect([parsed.ca, parsed.checkIssued(parsed), parsed.verify(parsed.publicKey)]).toEqual([true, true, true]);
  expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect([parsed.validFrom, parsed.validTo]).toEqual(['Nov 20 04:15:00 2026 GMT', 'Dec 23 04:15:00 2027 GMT']);
});

test('no two are alike', () => {
  const serial = () => new X509Certificate(makeSelfSigned(NOW_MS).certificate).serialNumber;
  expect(serial()).not.toBe(serial());
});
