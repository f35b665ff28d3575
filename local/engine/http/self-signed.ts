// A certificate for the loopback interface, made anew by each start: node:crypto makes the key and the signature, the
// few fields of X.509 around them are written here. https://www.rfc-editor.org/rfc/rfc5280
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A certificate and its key, both PEM. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
/** Longest that clients accept of a server. */
const VALID_DAYS = 397;

const OID = {
  ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
  commonName: [0x55, 0x04, 0x03],
  subjectAlternativeName: [0x55, 0x1d, 0x11],
  basicConstraints: [0x55, 0x1d, 0x13],
} as const;

/** Makes a certificate for localhost, 127.0.0.1 and ::1 that is its own authority. */
export function makeSelfSigned(nowMs: number): Identity {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(der(0x06, bytes(OID.ecdsaWithSha256)));
  const name = sequence(der(0x31, sequence(der(0x06, bytes(OID.commonName)), der(0x0c, Buffer.from('localhost')))));
  const validity = sequence(time(nowMs - DAY_MS), time(nowMs + VALID_DAYS * DAY_MS));
  // A leading zero bit would make the serial negative or longer than it needs to be.
  const serial = Buffer.concat([Buffer.from([0x5a]), randomBytes(15)]);
  const body = sequence(
    der(0xa0, der(0x02, bytes([2]))),
    der(0x02, serial),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(alternativeNames(), authority())),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = sequence(body, algorithm, der(0x03, bytes([0]), signature));
  return { certificate: pem(certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function alternativeNames(): Buffer {
  const names = sequence(
    der(0x82, Buffer.from('localhost')),
    der(0x87, bytes([127, 0, 0, 1])),
    der(0x87, Buffer.concat([Buffer.alloc(15), bytes([1])])),
  );
  return sequence(der(0x06, bytes(OID.subjectAlternativeName)), der(0x04, names));
}

function authority(): Buffer {
  const isAuthority = sequence(der(0x01, bytes([0xff])));
  return sequence(der(0x06, bytes(OID.basicConstraints)), der(0x01, bytes([0xff])), der(0x04, isAuthority));
}

/** A time as UTCTime, 261121041500Z: two digits of the year do until 2050. */
function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/\.\d+/, '').replace(/[-:T]/g, '').slice(2);
  return der(0x17, Buffer.from(text));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

/** One field: its tag, its length, its content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([bytes([tag, ...size]), content]);
}

function bytes(values: readonly number[]): Buffer {
  return Buffer.from(values);
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
