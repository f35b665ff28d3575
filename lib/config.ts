// Deploy configuration: context key `platform` of cdk.json or of `-c platform='{"maxShards":8}'`, checked once.
import type { IConstruct } from 'constructs';
import { ConfigError } from './errors.js';

/** What the reference stacks let you set without touching code. */
export interface PlatformConfig {
  /** Hours that the stream keeps records. */
  readonly retentionHours: number;
  /** Shards that the provisioned stream starts with. */
  readonly shardCount: number;
  /** Bounds of the autoscaler. */
  readonly minShards: number;
  readonly maxShards: number;
  /** Share of the shards' capacity that the autoscaler keeps in use. */
  readonly targetPercent: number;
  readonly scaleInAfterMinutes: number;
  /** Length of the windows of statistics. */
  readonly windowSeconds: number;
  /** Numeric payload field that is watched for anomalies. */
  readonly valueField: string;
  readonly deliveryBufferMiB: number;
  readonly deliveryIntervalSeconds: number;
  /** How far a consumer may be behind before somebody is paged. */
  readonly lagTargetSeconds: number;
  /** How often the producer generates events; 0 is never. */
  readonly generateEveryMinutes: number;
  /** Whether the data goes with the stack. */
  readonly removeData: boolean;
  /** Mail address that alarms are sent to; empty is none. */
  readonly alarmEmail: string;
}

const DEFAULTS: PlatformConfig = {
  retentionHours: 24,
  shardCount: 1,
  minShards: 1,
  maxShards: 16,
  targetPercent: 70,
  scaleInAfterMinutes: 15,
  windowSeconds: 60,
  valueField: 'value',
  deliveryBufferMiB: 5,
  deliveryIntervalSeconds: 60,
  lagTargetSeconds: 60,
  generateEveryMinutes: 0,
  removeData: false,
  alarmEmail: '',
};

/** Context key that holds the configuration. */
export const CONFIG_KEY = 'platform';

/** Configuration of an app: what its context says, over the defaults. */
export function readConfig(app: IConstruct): PlatformConfig {
  return parseConfig(app, app.node.tryGetContext(CONFIG_KEY));
}

/** Checks a value of the context; bounds are left to the constructs, which know the service's. */
export function parseConfig(scope: IConstruct, context: unknown): PlatformConfig {
  const given = parseObject(scope, context);
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULTS, key)) {
      throw new ConfigError(
        scope,
        `'${CONFIG_KEY}.${key}' must be a known key, got '${key}'; use one of ${Object.keys(DEFAULTS).join(', ')}`,
      );
    }
    checkType(scope, key as keyof PlatformConfig, value);
  }
  return { ...DEFAULTS, ...given };
}

/** The CLI hands a context value over as text. */
function parseObject(scope: IConstruct, context: unknown): Record<string, unknown> {
  const value = typeof context === 'string' ? parseJson(scope, context) : (context ?? {});
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new ConfigError(
    scope,
    `'${CONFIG_KEY}' must be an object, got ${JSON.stringify(value)}; write it as in cdk.json: {"maxShards": 8}`,
  );
}

function parseJson(scope: IConstruct, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError(
      scope,
      `'${CONFIG_KEY}' must be JSON, got '${text}'; write it as in -c ${CONFIG_KEY}='{"maxShards":8}'`,
    );
  }
}

function checkType(scope: IConstruct, key: keyof PlatformConfig, value: unknown): void {
  const expected = typeof DEFAULTS[key];
  if (typeof value === expected && !Number.isNaN(value)) return;
  throw new ConfigError(
    scope,
    `'${CONFIG_KEY}.${key}' must be a ${expected}, got ${JSON.stringify(value)}; write for example ${JSON.stringify(DEFAULTS[key])}`,
  );
}
