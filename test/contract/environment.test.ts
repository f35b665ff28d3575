// What a template sets in a function's environment is exactly what its handler reads.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { ENV_KEYS as AGGREGATE_KEYS } from '../../lambdas/aggregate/contract.js';
import { ENV_KEYS as ALERT_KEYS } from '../../lambdas/alert/contract.js';
import { ENV_KEYS as AUTOSCALER_KEYS } from '../../lambdas/autoscaler/contract.js';
import { ENV_KEYS as PRODUCER_KEYS } from '../../lambdas/producer/contract.js';
import { ENV_KEYS as TRANSFORM_KEYS } from '../../lambdas/transform/contract.js';
import { platformTemplates } from '../support/a-platform.js';

const KEYS: Readonly<Record<string, readonly string[]>> = {
  aggregate: AGGREGATE_KEYS,
  alert: ALERT_KEYS,
  autoscaler: AUTOSCALER_KEYS,
  producer: PRODUCER_KEYS,
  transform: TRANSFORM_KEYS,
};
/** Logical ids begin with the construct path. */
const FUNCTIONS: readonly (readonly [name: string, idPrefix: string])[] = [
  ['aggregate', 'AggregateFunction'],
  ['alert', 'AlertFunction'],
  ['autoscaler', 'AutoscalerFunction'],
  ['producer', 'ProducerFunction'],
  ['transform', 'DeliveryTransform'],
];

const { provisioned, onDemand } = platformTemplates();

function environmentKeys(template: Template, idPrefix: string): string[] | undefined {
  const found = Object.entries(template.findResources('AWS::Lambda::Function')).find(([id]) => id.startsWith(idPrefix));
  return found && Object.keys(found[1].Properties.Environment?.Variables ?? {}).sort();
}

test('this test knows every function', () => {
  const folders = readdirSync(join(__dirname, '../../lambdas'), { withFileTypes: true });
  const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(names.sort()).toEqual(FUNCTIONS.map(([name]) => name));
});

test.each(FUNCTIONS)('the environment of %s has exactly the keys of its contract', (name, idPrefix) => {
  expect(environmentKeys(provisioned, idPrefix)).toEqual([...KEYS[name]!].sort());
});

test.each(FUNCTIONS.filter(([name]) => name !== 'autoscaler'))('so has that of %s on demand', (name, idPrefix) => {
  expect(environmentKeys(onDemand, idPrefix)).toEqual([...KEYS[name]!].sort());
});
