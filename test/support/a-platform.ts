import type { App } from 'aws-cdk-lib';
import { readConfig } from '../../lib/config.js';
import { OnDemandPlatform, type PlatformConfig, ProvisionedPlatform } from '../../lib/index.js';
import { anApp } from './an-app.js';

const configured = (platform: Partial<PlatformConfig>) => anApp({ platform });

/** The provisioned reference stack, alone in an app. */
export function aProvisionedPlatform(
  platform: Partial<PlatformConfig> = {},
  app = configured(platform),
): ProvisionedPlatform {
  return new ProvisionedPlatform(app, 'ProvisionedPlatform', { config: readConfig(app) });
}

/** The on-demand reference stack, alone in an app. */
export function anOnDemandPlatform(
  platform: Partial<PlatformConfig> = {},
  app = configured(platform),
): OnDemandPlatform {
  return new OnDemandPlatform(app, 'OnDemandPlatform', { config: readConfig(app) });
}

/** An app with both. */
export function bothPlatforms(platform: Partial<PlatformConfig> = {}): App {
  const app = configured(platform);
  aProvisionedPlatform(platform, app);
  anOnDemandPlatform(platform, app);
  return app;
}
