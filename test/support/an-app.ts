import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';

const { context } = JSON.parse(readFileSync(join(__dirname, '../../cdk.json'), 'utf8'));

/**
 * An app with the feature flags that this repository deploys with.
 *
 * It leaves out what no template test reads and what costs half of a synthesis: the construct tree, where each resource
 * was created, and usage reporting.
 */
export function anApp(more: Readonly<Record<string, unknown>> = {}): App {
  return new App({
    context: { ...context, 'aws:cdk:disable-creation-stack-traces': true, ...more },
    treeMetadata: false,
    stackTraces: false,
    analyticsReporting: false,
  });
}
