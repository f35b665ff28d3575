// REST and XML of S3 for the operations that the platform's functions use; any other is refused by its name.
import { ServiceError } from '../../service-error.js';
import type { ServiceRequest, ServiceResponse } from '../http-endpoint.js';
import { element, escapeXml, textElement } from '../xml.js';
import { decodeBody } from './chunked-body.js';
import { renderListing } from './list-objects.js';
import type { ObjectService, StoredObject } from './object-service.js';
import { renderEtag } from './object-service.js';

type Operation = (store: ObjectService, target: Target, request: ServiceRequest) => Promise<ServiceResponse>;

interface Target {
  readonly bucket: string;
  readonly key: string;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  async PutObject(store, { bucket, key }, request) {
    const condition = request.headers['if-none-match'];
    if (condition !== undefined && condition !== '*') throw refuse(`PutObject with If-None-Match: ${condition}`);
    if (request.headers['if-match'] !== undefined) throw refuse('PutObject with If-Match');
    const body = decodeBody(request);
    await store.put(bucket, key, body, { ifAbsent: condition === '*' });
    return { status: 200, headers: { ETag: renderEtag(body) }, body: '' };
  },
  async GetObject(store, { bucket, key }, request) {
    if (request.headers.range !== undefined) throw refuse('GetObject with Range');
    const object = await store.get(bucket, key);
    return { status: 200, headers: renderHead(object), body: object.body };
  },
  async HeadObject(store, { bucket, key }) {
    return { status: 200, headers: renderHead(await store.get(bucket, key)) };
  },
  async DeleteObject(store, { bucket, key }) {
    await store.delete(bucket, key);
    return { status: 204 };
  },
  async HeadBucket(store, { bucket }) {
    store.locateBucket(bucket);
    return { status: 200 };
  },
  async ListObjectsV2(store, { bucket }, request) {
    const listing = renderListing(bucket, request.query, await store.list(bucket, request.query.get('prefix') ?? ''));
    return renderXml(200, listing);
  },
};

/** Query parameters that do not make another operation of a request. */
const PLAIN_PARAMETERS = new Set([
  ...['x-id', 'list-type', 'prefix', 'delimiter', 'max-keys', 'continuation-token', 'start-after', 'encoding-type'],
  ...['fetch-owner'],
]);

/** Answers one path-style request. */
export async function answerS3(store: ObjectService, request: ServiceRequest): Promise<ServiceResponse> {
  try {
    const target = parseTarget(request.path);
    const name = nameOperation(request, target);
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (!operation) throw refuse(name);
    store.authorize?.({ headers: request.headers, operation: name, input: { ...target } });
    return await operation(store, target, request);
  } catch (error) {
    return renderError(error, request);
  }
}

function parseTarget(path: string): Target {
  const [bucket = '', ...rest] = path.slice(1).split('/');
  try {
    return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(rest.join('/')) };
  } catch {
    throw new ServiceError('InvalidURI', "couldn't parse the specified URI");
  }
}

/** Names the operation as the API does: SDKs say it in `x-id`, the rest follows from method, path and query. */
function nameOperation({ method, query, headers }: ServiceRequest, { bucket, key }: Target): string {
  if (bucket === '') return method === 'GET' ? 'ListBuckets' : `${method} /`;
  const stated = query.get('x-id');
  const subresource = [...query.keys()].find((name) => !PLAIN_PARAMETERS.has(name));
  if (stated) return headers['x-amz-copy-source'] === undefined ? stated : 'CopyObject';
  if (subresource) return `${method} ${key === '' ? 'bucket' : 'object'} ?${subresource}`;
  if (key === '') {
    if (method === 'GET') return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
    return { HEAD: 'HeadBucket', PUT: 'CreateBucket', DELETE: 'DeleteBucket' }[method] ?? `${method} bucket`;
  }
  if (method === 'PUT' && headers['x-amz-copy-source'] !== undefined) return 'CopyObject';
  return (
    { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject', DELETE: 'DeleteObject' }[method] ?? `${method} object`
  );
}

function renderHead({ etag, bytes, modifiedMs }: StoredObject): Record<string, string> {
  return {
    ETag: etag,
    'Content-Length': String(bytes),
    'Content-Type': 'application/octet-stream',
    'Last-Modified': new Date(modifiedMs).toUTCString(),
    'Accept-Ranges': 'bytes',
  };
}

function refuse(operation: string): ServiceError {
  const known = Object.keys(OPERATIONS).join(', ');
  return new ServiceError('NotImplemented', `the lab's S3 does not have '${operation}'; it has ${known}`, 501);
}

function renderXml(status: number, body: string): ServiceResponse {
  const document = `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;
  return { status, headers: { 'Content-Type': 'application/xml' }, body: document };
}

function renderError(error: unknown, request: ServiceRequest): ServiceResponse {
  const known = error instanceof ServiceError ? error : new ServiceError('InternalError', String(error), 500);
  const content =
    textElement('Code', known.code) +
    element('Message', escapeXml(known.message)) +
    textElement('Resource', request.path) +
    textElement('RequestId', request.requestId);
  return renderXml(known.status, element('Error', content));
}
