import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readConfig } from '../../lib/config.js';
import { OnDemandPlatform, type PlatformConfig, ProvisionedPlatform } from '../../lib/index.js';

const { context } = JSON.parse(readFileSync(join(__dirname, '../../cdk.json'), 'utf8'));

/** Both reference stacks in an app with the feature flags that this repository deploys with. */
export function aPlatform(platform: Partial<PlatformConfig> = {}) {
  const app = new App({ context: { ...context, platform } });
  const config = readConfig(app);
  const provisioned = new ProvisionedPlatform(app, 'ProvisionedPlatform', { config });
  const onDemand = new OnDemandPlatform(app, 'OnDemandPlatform', { config });
  return { app, provisioned, onDemand };
}

/** Templates of both reference stacks. */
export function platformTemplates(platform?: Partial<PlatformConfig>) {
  const { provisioned, onDemand } = aPlatform(platform);
  return { provisioned: Template.fromStack(provisioned), onDemand: Template.fromStack(onDemand) };
}
