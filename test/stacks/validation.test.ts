// The one test that runs the CDK's template validator and cdk-nag: it costs more than all others together.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { App, Stack, Validations } from 'aws-cdk-lib';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { bothPlatforms } from '../support/a-platform.js';

const before = process.env.CDK_VALIDATION;
beforeAll(() => {
  process.env.CDK_VALIDATION = 'true';
});
afterAll(() => {
  process.env.CDK_VALIDATION = before;
});

/** Rules that the validator and cdk-nag find broken in an app. */
function findings(app: App): string[] {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth();
  } catch {
    // The report says more than the error.
  }
  const report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'));
  return report.pluginReports.flatMap(({ violations }: { violations: { ruleName: string }[] }) =>
    violations.map(({ ruleName }) => ruleName),
  );
}

test('both reference stacks pass the validator and cdk-nag with nothing unacknowledged', () => {
  expect(findings(bothPlatforms())).toEqual([]);
});

test('both see what is wrong where something is', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'validation-'));
  const app = new App({ outdir, context: { '@aws-cdk/core:validateAgainstDefaultRules': true } });
  const stack = new Stack(app, 'Stack');
  new s3.Bucket(stack, 'Open');
  new kinesis.CfnStream(stack, 'Stream', { streamModeDetails: { streamMode: 'SOMETIMES' } });
  const found = findings(app);
  rmSync(outdir, { recursive: true });
  expect(found).toContain('AwsSolutions-S10');
  expect(found.filter((rule) => !rule.startsWith('AwsSolutions'))).not.toHaveLength(0);
});
