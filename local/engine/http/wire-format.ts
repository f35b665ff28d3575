// The two languages of the service: JSON, and CBOR, which the Java SDKs and what is built on them speak by default. A
// request is answered in its own.
import { ServiceError } from '../../service-error.js';
import type { BufferLease } from './buffer-pool.js';
import { decodeCbor } from './cbor/decode-cbor.js';
import { encodeCbor } from './cbor/encode-cbor.js';
import { parseInput, renderOutput } from './json-shapes.js';

/** Reads inputs and renders outputs. */
export interface WireFormat {
  readonly contentType: string;
  /** Content type of the payload of one event in an event stream. */
  readonly eventType: string;
  /** Reads an input; its bytes may be parts of `body` or of further buffers from `lease`. */
  parse(body: Buffer, operation: string, lease: BufferLease): Record<string, unknown>;
  render(output: unknown): string | Uint8Array;
}

const JSON_FORMAT: WireFormat = {
  contentType: 'application/x-amz-json-1.1',
  eventType: 'application/json',
  parse: parseInput,
  render: renderOutput,
};

const CBOR_FORMAT: WireFormat = {
  contentType: 'application/x-amz-cbor-1.1',
  eventType: 'application/x-amz-cbor-1.1',
  parse(body) {
    const input = body.length === 0 ? {} : decodeCbor(body);
    if (typeof input === 'object' && input !== null && !Array.isArray(input) && !(input instanceof Uint8Array)) {
      return input as Record<string, unknown>;
    }
    throw new ServiceError('SerializationException', 'The request body must be a CBOR map.');
  },
  render: (output) => encodeCbor(output ?? {}),
};

/** The format that a Content-Type names: CBOR where it says so, JSON otherwise. */
export function formatOf(contentType: string | undefined): WireFormat {
  return /cbor/i.test(contentType ?? '') ? CBOR_FORMAT : JSON_FORMAT;
}
