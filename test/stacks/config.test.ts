import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { readConfig } from '../../lib/config.js';
import { aProvisionedPlatform } from '../support/a-platform.js';

function read(platform?: unknown) {
  return readConfig(new App({ context: { platform } }));
}

test('needs no context', () => {
  expect(read()).toMatchObject({ retentionHours: 24, minShards: 1, maxShards: 16, valueField: 'value' });
});

test('takes what the context says over the defaults', () => {
  expect(read({ maxShards: 8, removeData: true })).toEqual({ ...read(), maxShards: 8, removeData: true });
});

test('takes JSON text, as the command line hands it over', () => {
  expect(read('{"maxShards":8,"valueField":"price"}')).toEqual({ ...read(), maxShards: 8, valueField: 'price' });
});

test.each<[string, unknown, string]>([
  [
    'a key is unknown',
    { maxShard: 8 },
    "'platform.maxShard' must be a known key, got 'maxShard'; use one of retentionHours,",
  ],
  ['a key is inherited by every object', { toString: 'x' }, "'platform.toString' must be a known key"],
  [
    'a number is text',
    { maxShards: '8' },
    `'platform.maxShards' must be a whole number, 0 or more, got "8"; write for example 16`,
  ],
  ['a number is missing', { maxShards: null }, "'platform.maxShards' must be a whole number, 0 or more, got null"],
  [
    'a number is negative',
    { lagTargetSeconds: -1 },
    "'platform.lagTargetSeconds' must be a whole number, 0 or more, got -1",
  ],
  [
    'a number is broken',
    { generateEveryMinutes: 0.5 },
    "'platform.generateEveryMinutes' must be a whole number, 0 or more, got 0.5",
  ],
  ['a switch is a number', { removeData: 1 }, "'platform.removeData' must be a boolean, got 1"],
  ['the context is a list', [8], "'platform' must be an object, got [8]"],
  ['the text is no JSON', 'maxShards=8', "'platform' must be JSON, got 'maxShards=8'; write it as in -c platform='{"],
])('fails when %s', (_rule, platform, message) => {
  expect(() => read(platform)).toThrow(message);
});

test("takes single keys of the command line, over cdk.json's", () => {
  const context = {
    platform: { maxShards: 4, minShards: 2 },
    'platform.maxShards': '8',
    'platform.removeData': 'true',
    'platform.valueField': '42',
  };
  expect(readConfig(new App({ context }))).toEqual({
    ...read(),
    minShards: 2,
    maxShards: 8,
    removeData: true,
    valueField: '42',
  });
});

test.each([
  ['platform.maxShard', '8', "'platform.maxShard' must be a known key"],
  ['platform.maxShards', 'many', `'platform.maxShards' must be a whole number, 0 or more, got "many"`],
  ['platform.maxShards', '', `'platform.maxShards' must be a whole number, 0 or more, got ""`],
  ['platform.removeData', 'yes', `'platform.removeData' must be a boolean, got "yes"`],
])('fails when the command line sets %s to %p', (key, value, message) => {
  expect(() => readConfig(new App({ context: { [key]: value } }))).toThrow(message);
});

test('fails when a bound is broken, in the words of the construct that knows it', () => {
  expect(() => aProvisionedPlatform({ retentionHours: 12 })).toThrow(/'retentionPeriod' must be .* 24 to 8760/);
});

test('docs/configuration.md lists every key with its default', () => {
  const text = readFileSync(join(__dirname, '../../docs/configuration.md'), 'utf8');
  const listed = [...text.matchAll(/^\| (`[^|]+?) +\| ([^|]+?) +\|/gm)].flatMap(([, keys, defaults]) => {
    const values = defaults!.split(', ').map((value) => JSON.parse(value.replaceAll('`', '')));
    return keys!.split(', ').map((key, index) => [key.replaceAll('`', ''), values[index]]);
  });
  expect(Object.fromEntries(listed)).toEqual(read());
});
