import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Endpoint } from '../../../local/services/http-endpoint.js';
import { ObjectService } from '../../../local/services/s3/object-service.js';
import { aFolder, clientFor } from '../../support/lab-client.js';
import { ManualClock } from '../../support/manual-clock.js';

const folder = aFolder();
const clock = new ManualClock(Date.UTC(2031, 4, 6, 7, 8, 9));
const store = new ObjectService({ directory: folder.path, buckets: ['objects', 'listed'], clock });
let endpoint: Endpoint;
let client: S3Client;

beforeAll(async () => {
  endpoint = await store.listen();
  client = new S3Client(clientFor(endpoint.url));
});
afterAll(async () => {
  client.destroy();
  await endpoint.close();
  folder.remove();
});

const put = (Key: string, Body: string | Uint8Array | Readable, more = {}) =>
  client.send(new PutObjectCommand({ Bucket: 'objects', Key, Body, ...more }));
const file = (key: string) => readFileSync(join(folder.path, 'buckets/objects', key));

test('stores a plain body byte for byte and reads it back', async () => {
  const bytes = randomBytes(300_000);
  const { ETag } = await put('a/b c+é=1.bin', bytes);
  expect(file('a/b c+é=1.bin')).toEqual(bytes);
  const read = await client.send(new GetObjectCommand({ Bucket: 'objects', Key: 'a/b c+é=1.bin' }));
  expect(Buffer.from(await read.Body!.transformToByteArray())).toEqual(bytes);
  expect(read.ETag).toBe(ETag);
});

test('decodes a streamed body and its trailing checksum', async () => {
  const chunks = Array.from({ length: 5 }, () => randomBytes(70_001));
  await put('streamed', Readable.from(chunks), { ContentLength: 5 * 70_001 });
  expect(file('streamed')).toEqual(Buffer.concat(chunks));
});

test.each(['CRC32', 'SHA1', 'SHA256'] as const)(
  'takes a streamed body with a %s trailer',
  async (ChecksumAlgorithm) => {
    await put(`by-${ChecksumAlgorithm}`, Readable.from([Buffer.from('one'), Buffer.from('two')]), {
      ContentLength: 6,
      ChecksumAlgorithm,
    });
    expect(file(`by-${ChecksumAlgorithm}`).toString()).toBe('onetwo');
  },
);

test('fails when a body does not match its checksum', async () => {
  await expect(put('corrupt', 'body', { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({ name: 'BadDigest' });
  expect(existsSync(join(folder.path, 'buckets/objects/corrupt'))).toBe(false);
});

test('fails when a key that must be absent exists', async () => {
  await put('once', 'first', { IfNoneMatch: '*' });
  await expect(put('once', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  expect(file('once').toString()).toBe('first');
});

test('tells size and lab time of an object', async () => {
  await put('headed', '12345');
  const head = await client.send(new HeadObjectCommand({ Bucket: 'objects', Key: 'headed' }));
  expect(head).toMatchObject({ ContentLength: 5, LastModified: new Date(clock.nowMs()) });
});

test('deletes an object, and does not mind one that is absent', async () => {
  await put('gone', 'x');
  await client.send(new DeleteObjectCommand({ Bucket: 'objects', Key: 'gone' }));
  await client.send(new DeleteObjectCommand({ Bucket: 'objects', Key: 'gone' }));
  const read = client.send(new GetObjectCommand({ Bucket: 'objects', Key: 'gone' }));
  await expect(read).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('lists keys in byte order, page by page, folded at a delimiter', async () => {
  for (const key of ['b/2', 'b/1', 'a', 'B', 'c/x/1', 'c/y/1', 'é&<']) await store.put('listed', key, Buffer.from(key));
  const list = (more: object) => client.send(new ListObjectsV2Command({ Bucket: 'listed', ...more }));
  const all = await list({});
  expect(all.Contents?.map(({ Key }) => Key)).toEqual(['B', 'a', 'b/1', 'b/2', 'c/x/1', 'c/y/1', 'é&<']);
  const first = await list({ MaxKeys: 3 });
  const second = await list({ MaxKeys: 10, ContinuationToken: first.NextContinuationToken });
  expect([first.IsTruncated, second.IsTruncated]).toEqual([true, false]);
  expect(second.Contents?.map(({ Key }) => Key)).toEqual(['b/2', 'c/x/1', 'c/y/1', 'é&<']);
  const folded = await list({ Prefix: 'c/', Delimiter: '/' });
  expect(folded.CommonPrefixes).toEqual([{ Prefix: 'c/x/' }, { Prefix: 'c/y/' }]);
});

test('fails when the bucket is not in the template', async () => {
  const lost = client.send(new PutObjectCommand({ Bucket: 'nowhere', Key: 'k', Body: 'x' }));
  await expect(lost).rejects.toMatchObject({ name: 'NoSuchBucket' });
});

test.each(['../escaped', 'a/../../escaped', '/absolute', 'a//b', 'a/', './a', 'nul\0byte'])(
  'fails when the key %j is not a path inside the bucket',
  async (key) => {
    await expect(store.put('objects', key, Buffer.from('x'))).rejects.toMatchObject({ code: 'InvalidArgument' });
    const outside = client.send(new GetObjectCommand({ Bucket: 'objects', Key: key }));
    await expect(outside).rejects.toMatchObject({ name: 'InvalidArgument' });
  },
);

test('fails when a key runs through an object: it is taken for no earlier put of the same key', async () => {
  await put('object', '');
  for (const key of ['object/below', 'object/far/below']) {
    await expect(put(key, '')).rejects.toMatchObject({ name: 'InvalidArgument' });
  }
  await put('far/object', '');
  await expect(put('far', '')).rejects.toMatchObject({ name: 'InvalidArgument' });
});

test('never reads outside the bucket, however the path is written', async () => {
  writeFileSync(join(folder.path, 'secret'), 'secret');
  for (const path of [
    'objects/../../secret',
    'objects/%2e%2e/%2e%2e/secret',
    'objects/..%2f..%2fsecret',
    '%2e%2e/secret',
  ]) {
    const response = await fetch(`${endpoint.url}/${path}`);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).not.toContain('>secret<');
  }
});

test('fails when an operation is not one of the lab, by its name', async () => {
  const upload = client.send(new CreateMultipartUploadCommand({ Bucket: 'objects', Key: 'k' }));
  await expect(upload).rejects.toThrow(/does not have 'CreateMultipartUpload'|does not have 'POST object \?uploads'/);
});

test('tells listeners of every put, whoever made it', async () => {
  const seen: string[] = [];
  store.onPut((bucket, key, body) => seen.push(`${bucket}/${key}=${Buffer.from(body)}`));
  await put('heard', 'by client');
  await store.put('listed', 'heard', Buffer.from('in process'));
  expect(seen).toEqual(['objects/heard=by client', 'listed/heard=in process']);
});

test('sends the date in lab time', async () => {
  const response = await fetch(`${endpoint.url}/`);
  expect(response.headers.get('date')).toBe('Tue, 06 May 2031 07:08:09 GMT');
});
