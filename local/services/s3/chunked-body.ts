// The aws-chunked encoding: what SDKs send a streamed body in, with the checksum after it as a trailer.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ServiceError } from '../../service-error.js';
import type { ServiceRequest } from '../http-endpoint.js';

const CHECKSUMS: Readonly<Record<string, (body: Uint8Array) => string>> = {
  'x-amz-checksum-crc32': (body) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes.toString('base64');
  },
  'x-amz-checksum-sha1': (body) => createHash('sha1').update(body).digest('base64'),
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest('base64'),
  'content-md5': (body) => createHash('md5').update(body).digest('base64'),
};

/** Gives the object's own bytes of a request, checked against the length and the checksums that came with it. */
export function decodeBody(request: ServiceRequest): Buffer {
  const encoding = String(request.headers['content-encoding'] ?? '');
  const streamed = String(request.headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  const chunked = streamed || encoding.split(',').some((name) => name.trim() === 'aws-chunked');
  const { body, trailers } = chunked ? decodeChunks(request.body) : { body: request.body, trailers: {} };
  const length = request.headers['x-amz-decoded-content-length'];
  if (chunked && length !== undefined && Number(length) !== body.length) {
    throw new ServiceError('IncompleteBody', `expected ${length} bytes after decoding, got ${body.length}`);
  }
  for (const [name, compute] of Object.entries(CHECKSUMS)) {
    const stated = trailers[name] ?? request.headers[name];
    if (stated !== undefined && stated !== compute(body)) {
      throw new ServiceError('BadDigest', `the ${name} you specified did not match the calculated checksum`);
    }
  }
  return body;
}

/** Chunks are `<hex length>[;extension]\r\n<bytes>\r\n`, ended by one of length 0 and `name:value` trailers. */
function decodeChunks(encoded: Buffer): { body: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = encoded.indexOf('\r\n', at);
    const bytes = Number.parseInt(encoded.toString('latin1', at, lineEnd), 16);
    if (lineEnd === -1 || Number.isNaN(bytes)) throw malformed();
    at = lineEnd + 2;
    if (bytes === 0) break;
    if (encoded.toString('latin1', at + bytes, at + bytes + 2) !== '\r\n') throw malformed();
    chunks.push(encoded.subarray(at, at + bytes));
    at += bytes + 2;
  }
  const trailers: Record<string, string> = {};
  for (const line of encoded.toString('latin1', at).split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { body: Buffer.concat(chunks), trailers };
}

function malformed(): ServiceError {
  return new ServiceError('IncompleteBody', 'the request body is not well-formed aws-chunked');
}
