import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { readConfig } from '../../lib/config.js';
import { OnDemandPlatform, type PlatformConfig, ProvisionedPlatform } from '../../lib/index.js';

const { context } = JSON.parse(readFileSync(join(__dirname, '../../cdk.json'), 'utf8'));

/** An app with the feature flags that this repository deploys with, and a configuration. */
function anApp(platform: Partial<PlatformConfig>): App {
  return new App({ context: { ...context, platform }, treeMetadata: false });
}

/** The provisioned reference stack, alone in an app. */
export function aProvisionedPlatform(
  platform: Partial<PlatformConfig> = {},
  app = anApp(platform),
): ProvisionedPlatform {
  return new ProvisionedPlatform(app, 'ProvisionedPlatform', { config: readConfig(app) });
}

/** The on-demand reference stack, alone in an app. */
export function anOnDemandPlatform(platform: Partial<PlatformConfig> = {}, app = anApp(platform)): OnDemandPlatform {
  return new OnDemandPlatform(app, 'OnDemandPlatform', { config: readConfig(app) });
}

/** An app with both. */
export function bothPlatforms(platform: Partial<PlatformConfig> = {}): App {
  const app = anApp(platform);
  aProvisionedPlatform(platform, app);
  anOnDemandPlatform(platform, app);
  return app;
}
