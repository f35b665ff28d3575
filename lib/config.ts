// Deploy configuration, checked once: context key `platform` of cdk.json, or on the command line as
// `-c platform='{"maxShards":8}'` or `-c platform.maxShards=8`, which comes over it.
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
  /** Whether stream and tables go with the stack. Buckets stay: CloudFormation deletes only empty ones. */
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

/** Configuration of an app: what its context says, over the defaults. Bounds are left to the constructs, which know them. */
export function readConfig(app: IConstruct): PlatformConfig {
  const given = { ...parseObject(app, app.node.tryGetContext(CONFIG_KEY)), ...readDotted(app) };
  for (const [key, value] of Object.entries(given)) {
    if (!isKnown(key)) {
      throw new ConfigError(
        app,
        `'${CONFIG_KEY}.${key}' must be a known key, got '${key}'; use one of ${Object.keys(DEFAULTS).join(', ')}`,
      );
    }
    checkType(app, key, value);
  }
  return { ...DEFAULTS, ...given };
}

function isKnown(key: string): key is keyof PlatformConfig {
  return Object.hasOwn(DEFAULTS, key);
}

/** `-c platform.maxShards=8` hands over the text '8', which is read as what the key holds. */
function readDotted(app: IConstruct): Record<string, unknown> {
  const context: Record<string, unknown> = app.node.getAllContext();
  const dotted = Object.entries(context).filter(([key]) => key.startsWith(`${CONFIG_KEY}.`));
  return Object.fromEntries(
    dotted.map(([path, value]) => {
      const key = path.slice(CONFIG_KEY.length + 1);
      return [key, typeof value === 'string' ? coerce(key, value) : value];
    }),
  );
}

function coerce(key: string, text: string): unknown {
  const expected = isKnown(key) ? typeof DEFAULTS[key] : 'string';
  if (expected === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if (expected === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  return text;
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
  const fits = expected === 'number' ? Number.isInteger(value) && Number(value) >= 0 : typeof value === expected;
  if (fits) return;
  const rule = expected === 'number' ? 'whole number, 0 or more' : expected;
  throw new ConfigError(
    scope,
    `'${CONFIG_KEY}.${key}' must be a ${rule}, got ${JSON.stringify(value)}; write for example ${JSON.stringify(DEFAULTS[key])}`,
  );
}
