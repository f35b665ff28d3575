import { describe, expect, test } from '@jest/globals';
import { COLD_START_ENV } from '../../bench/cold-start-env.js';
import { ENV_KEYS as AGGREGATE_KEYS } from '../../lambdas/aggregate/contract.js';
import { readEnv as readAggregate } from '../../lambdas/aggregate/env.js';
import { ENV_KEYS as ALERT_KEYS } from '../../lambdas/alert/contract.js';
import { readEnv as readAlert } from '../../lambdas/alert/env.js';
import { ENV_KEYS as AUTOSCALER_KEYS } from '../../lambdas/autoscaler/contract.js';
import { readEnv as readAutoscaler } from '../../lambdas/autoscaler/env.js';
import { ENV_KEYS as PRODUCER_KEYS } from '../../lambdas/producer/contract.js';
import { readEnv as readProducer } from '../../lambdas/producer/env.js';
import { ENV_KEYS as REPLAY_KEYS } from '../../lambdas/replay/contract.js';
import { readEnv as readReplay } from '../../lambdas/replay/env.js';
import { ENV_KEYS as TRANSFORM_KEYS } from '../../lambdas/transform/contract.js';
import { readEnv as readTransform } from '../../lambdas/transform/env.js';
import type { Environment } from '../../runtime/environment/environment-variable.js';

/** What Lambda itself sets. */
const LAMBDA = { AWS_LAMBDA_FUNCTION_NAME: 'fn' };

const FUNCTIONS: readonly [string, (env: Environment) => unknown, readonly string[]][] = [
  ['producer', readProducer, PRODUCER_KEYS],
  ['aggregate', readAggregate, AGGREGATE_KEYS],
  ['alert', readAlert, ALERT_KEYS],
  ['transform', readTransform, TRANSFORM_KEYS],
  ['autoscaler', readAutoscaler, AUTOSCALER_KEYS],
  ['replay', readReplay, REPLAY_KEYS],
];

describe.each(FUNCTIONS)('%s', (_name, read, keys) => {
  const full: Environment = { ...LAMBDA, ...Object.fromEntries(keys.map((key) => [key, '10'])) };

  test('needs the keys of its contract and no more', () => {
    expect(() => read(full)).not.toThrow();
  });

  test('starts in the environment in which the bench weighs it', () => {
    expect(() => read(COLD_START_ENV)).not.toThrow();
  });

  test('fails when one of them is missing, with its name', () => {
    for (const missing of keys) {
      const env = { ...full, [missing]: undefined };
      expect(() => read(env)).toThrow(new RegExp(`^environment variable '${missing}' must be .*, got nothing$`));
    }
  });
});

describe('the autoscaler', () => {
  const env = {
    STREAM_NAME: 's',
    MIN_SHARDS: '2',
    MAX_SHARDS: '8',
    TARGET_PERCENT: '70',
    SCALE_IN_AFTER_MINUTES: '15',
  };

  test('reads its policy', () => {
    const policy = { minShards: 2, maxShards: 8, targetPercent: 70, scaleInAfterMinutes: 15 };
    expect(readAutoscaler(env)).toEqual({ streamName: 's', policy });
  });

  test.each([
    [
      'the maximum is below the minimum',
      { MAX_SHARDS: '1' },
      "'MAX_SHARDS' must be a whole number from 2 to 10000, got '1'",
    ],
    [
      'the target is above all',
      { TARGET_PERCENT: '101' },
      "'TARGET_PERCENT' must be a whole number from 1 to 100, got '101'",
    ],
  ])('fails when %s', (_rule, changes, message) => {
    expect(() => readAutoscaler({ ...env, ...changes })).toThrow(message);
  });
});
