// ListObjectsV2: pages of keys after a place, folded at a delimiter.
import { ServiceError } from '../../service-error.js';
import { element, textElement } from '../xml.js';
import type { ObjectSummary } from './object-service.js';

const MAX_KEYS = 1000;

type Entry = { readonly place: string; readonly object: ObjectSummary | undefined };

/** Renders the page that `query` asks for; `objects` are those under its prefix, in order. */
export function renderListing(bucket: string, query: URLSearchParams, objects: readonly ObjectSummary[]): string {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maxKeys = Math.min(Number(query.get('max-keys') ?? MAX_KEYS), MAX_KEYS);
  if (!(maxKeys >= 0))
    throw new ServiceError('InvalidArgument', `'max-keys' must be a number, got ${query.get('max-keys')}`);
  const after = readToken(query.get('continuation-token')) ?? query.get('start-after') ?? '';
  const encode = query.get('encoding-type') === 'url' ? encodeKey : (key: string) => key;

  const entries = fold(objects, prefix, delimiter).filter(({ place }) => compareKeys(place, after) > 0);
  const page = entries.slice(0, maxKeys);
  const truncated = page.length > 0 && page.length < entries.length;
  const next = truncated ? Buffer.from(page.at(-1)!.place).toString('base64') : undefined;
  const content = [
    textElement('Name', bucket),
    textElement('Prefix', encode(prefix)),
    ...(delimiter === '' ? [] : [textElement('Delimiter', encode(delimiter))]),
    textElement('KeyCount', page.length),
    textElement('MaxKeys', maxKeys),
    textElement('IsTruncated', truncated),
    ...(next === undefined ? [] : [textElement('NextContinuationToken', next)]),
    ...(query.has('encoding-type') ? [textElement('EncodingType', 'url')] : []),
    ...page.map((entry) => renderEntry(entry, encode)),
  ];
  return element('ListBucketResult', content.join(''));
}

function renderEntry({ place, object }: Entry, encode: (key: string) => string): string {
  if (!object) return element('CommonPrefixes', textElement('Prefix', encode(place)));
  const content = [
    textElement('Key', encode(object.key)),
    textElement('LastModified', new Date(object.modifiedMs).toISOString()),
    textElement('Size', object.bytes),
    textElement('StorageClass', 'STANDARD'),
  ];
  return element('Contents', content.join(''));
}

/** Keys that share what comes before the next delimiter become one entry. */
function fold(objects: readonly ObjectSummary[], prefix: string, delimiter: string): Entry[] {
  const entries = new Map<string, Entry>();
  for (const object of objects) {
    const end = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    const place = end === -1 ? object.key : object.key.slice(0, end + delimiter.length);
    if (!entries.has(place)) entries.set(place, { place, object: end === -1 ? object : undefined });
  }
  return [...entries.values()];
}

function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function readToken(token: string | null): string | undefined {
  return token === null ? undefined : Buffer.from(token, 'base64').toString('utf8');
}

function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/');
}
