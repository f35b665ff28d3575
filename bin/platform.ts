// The CDK app: both reference stacks, from the configuration in cdk.json.
import { App, Tags, Validations } from 'aws-cdk-lib';
import { readConfig } from '../lib/config.js';
import { ConfigError } from '../lib/errors.js';
import { OnDemandPlatform, ProvisionedPlatform } from '../lib/index.js';

try {
  const app = new App();
  const config = readConfig(app);
  new ProvisionedPlatform(app, 'ProvisionedPlatform', { config });
  new OnDemandPlatform(app, 'OnDemandPlatform', { config });
  Tags.of(app).add('application', 'cdk-kinesis-platform');
  if (process.env.CDK_VALIDATION !== 'false') {
    const { AwsSolutionsChecks } = await import('cdk-nag');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  }
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
