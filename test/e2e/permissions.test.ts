// Least privilege, tested by running: a run needs every statement that our constructs render, and one that is missing
// is felt where the call is made. What a run has asked for is judged again without each statement, which takes no time.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { findRefused, findUnused } from '../../local/permissions/ledger.js';
import { Policies } from '../../local/permissions/policies.js';
import type { PermissionReport } from '../../local/permissions/report.js';
import type { AccessModel } from '../../local/template/access-model.js';
import { LAB_ACCOUNT_ID } from '../../local/template/identity.js';
import { readModel } from '../../local/template/read-model.js';
import { anOnDemandPlatform, aProvisionedPlatform } from '../support/a-platform.js';
import { type RecordedRun, recordRun } from '../support/a-recorded-run.js';
import { anEncryptedPlatform } from '../support/an-encrypted-platform.js';
import { buildOnce } from '../support/run-lab.js';

const LIMIT_MS = 60_000;
const RUN_LIMIT_MS = 30_000;
const EVALUATED = ['cloudwatch', 'dynamodb', 'kinesis', 'kms', 'lambda', 's3', 'sns', 'sqs', 'sts'];

/** Two shards and little to do, so that the autoscaler has something to resize. */
const CONFIG = { generateEveryMinutes: 1, shardCount: 2, scaleInAfterMinutes: 1 };

/** Documented for Firehose, whose retries the lab's delivery does without. */
const DELIVERY_IDLE = [
  ['Delivery/Role', 's3:AbortMultipartUpload, s3:GetObject'],
  ['Delivery/Role', 'lambda:GetFunctionConfiguration'],
];

/** The grant is for anyone who produces; the producer puts batches only. */
const PRODUCER_IDLE = ['Producer/FunctionRole', 'kinesis:PutRecord'];

/** What DynamoDB documents for a key of its tables; items alone are decrypted in the lab. */
const TABLE_IDLE = ['ToBucket', 'ToQueue', 'ToTopic'].map((id) => [
  `${id}/FunctionRole`,
  'kms:Encrypt, kms:ReEncrypt*',
]);

const folders: string[] = [];
let provisioned: string;
let encrypted: string;
let onDemand: string;

beforeAll(() => {
  buildOnce();
  provisioned = (App.of(aProvisionedPlatform(CONFIG)) as App).synth().directory;
  encrypted = (App.of(anEncryptedPlatform()) as App).synth().directory;
  onDemand = (App.of(anOnDemandPlatform({ generateEveryMinutes: 1 })) as App).synth().directory;
  folders.push(provisioned, encrypted, onDemand);
}, LIMIT_MS);
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A run that goes on until every statement has been needed, and of their actions all but these have been. */
function runWhole(assemblyDir: string, idle: readonly (readonly string[])[]): Promise<RecordedRun> {
  const until: Parameters<typeof recordRun>[0]['until'] = (lab) => {
    const report = lab.permissions();
    return report.unused.length === 0 && report.idle.length <= idle.length;
  };
  return recordRun({ assemblyDir, limitMs: RUN_LIMIT_MS, until });
}

/** Owners and actions. */
function named(statements: PermissionReport['idle']): string[][] {
  return statements.map(({ owner, text }) => [owner, text.split(' on ')[0]!]);
}

/** Every statement of the roles, and what is refused without it. */
function withoutEach(access: AccessModel, { calls, report }: RecordedRun) {
  const policies = new Policies(access, LAB_ACCOUNT_ID);
  const outside = new Set(report.notExercised.map(({ id }) => id));
  const statements = policies.all.filter(({ id, effect }) => effect === 'Allow' && !outside.has(id));
  return statements.map(({ id, actions }) => ({
    id,
    services: new Set(actions.patterns.map((pattern) => pattern.split(':')[0]!)),
    refused: findRefused(calls, policies, id).length,
  }));
}

test(
  'a run of the reference platform needs every statement but those for what the lab does not run',
  async () => {
    const run = await runWhole(provisioned, [PRODUCER_IDLE, ...DELIVERY_IDLE]);
    const { refused, unused, notExercised } = run.report;
    expect({ faults: run.faults, refused, unused }).toEqual({ faults: [], refused: [], unused: [] });
    expect(named(run.report.idle)).toEqual([PRODUCER_IDLE, ...DELIVERY_IDLE]);
    const logs = 'what a function writes goes to one file per function';
    const traces = 'the lab keeps no traces';
    const pinned = notExercised.map(({ owner, text, reason }) => [owner, text.split(' on ')[0], reason]);
    expect(pinned).toEqual([
      ['Producer/FunctionRole', 'logs:CreateLogStream, logs:PutLogEvents', logs],
      ['Producer/FunctionRole', 'xray:PutTelemetryRecords, xray:PutTraceSegments', traces],
      ['Aggregate/FunctionRole', 'logs:CreateLogStream, logs:PutLogEvents', logs],
      ['Aggregate/FunctionRole', 'xray:PutTelemetryRecords, xray:PutTraceSegments', traces],
      ['Alert/FunctionRole', 'logs:CreateLogStream, logs:PutLogEvents', logs],
      ['Alert/FunctionRole', 'xray:PutTelemetryRecords, xray:PutTraceSegments', traces],
      ['Delivery/TransformRole', 'logs:CreateLogStream, logs:PutLogEvents', logs],
      ['Delivery/TransformRole', 'xray:PutTelemetryRecords, xray:PutTraceSegments', traces],
      ['Delivery/Role', 'logs:PutLogEvents', logs],
      // Its X-Ray actions share a statement with the metrics that it reads.
      ['Autoscaler/FunctionRole', 'logs:CreateLogStream, logs:PutLogEvents', logs],
      ['Monitoring/Topic/Key', 'kms:*', 'the account administers its keys elsewhere'],
    ]);

    const { access } = readModel(provisioned, undefined);
    for (const { id, refused: calls } of withoutEach(access, run)) expect([id, calls]).not.toEqual([id, 0]);
    const [policy] = access.rolePolicies;
    const extra = { Effect: 'Allow', Action: 'kinesis:DeleteStream', Resource: '*' };
    const widened = { ...policy!, path: 'Added', document: { Statement: [extra] } };
    const policies = new Policies({ ...access, rolePolicies: [...access.rolePolicies, widened] }, LAB_ACCOUNT_ID);
    expect(findUnused(run.calls, policies).map(({ id }) => id)).toEqual(expect.arrayContaining(['Added#1']));
  },
  LIMIT_MS,
);

test(
  'so does a run of the on-demand platform',
  async () => {
    const run = await runWhole(onDemand, [PRODUCER_IDLE, ...DELIVERY_IDLE]);
    const { refused, unused, notExercised } = run.report;
    expect({ faults: run.faults, refused, unused }).toEqual({ faults: [], refused: [], unused: [] });
    expect(named(run.report.idle)).toEqual([PRODUCER_IDLE, ...DELIVERY_IDLE]);
    const services = new Set(notExercised.flatMap(({ text }) => text.split(', ').map((part) => part.split(':')[0])));
    expect([...services].sort()).toEqual(['kms', 'logs', 'xray']);
    for (const { id, refused: calls } of withoutEach(readModel(onDemand, undefined).access, run)) {
      expect([id, calls]).not.toEqual([id, 0]);
    }
  },
  LIMIT_MS,
);

test(
  'with customer keys, queues and topics too, every statement is needed, by role and by key',
  async () => {
    const idle = [PRODUCER_IDLE, ...TABLE_IDLE, DELIVERY_IDLE[0]!, ['Delivery/Role', 'kms:Decrypt'], DELIVERY_IDLE[1]!];
    const run = await runWhole(encrypted, idle);
    const { refused, unused } = run.report;
    expect({ faults: run.faults, refused, unused }).toEqual({ faults: [], refused: [], unused: [] });
    expect(named(run.report.idle)).toEqual(idle);
    const results = withoutEach(readModel(encrypted, undefined).access, run);
    for (const { id, refused: calls } of results) expect([id, calls]).not.toEqual([id, 0]);
    const services = new Set(results.flatMap((result) => [...result.services]));
    expect([...services].sort()).toEqual(EVALUATED.filter((service) => service !== 'cloudwatch'));
  },
  LIMIT_MS,
);

interface TemplateResource {
  readonly Type: string;
  readonly Properties: { readonly PolicyDocument?: { Statement: { readonly Action: string | string[] }[] } };
}

/** Changes the template in place; returns what puts it back. */
function changed(assemblyDir: string, change: (resources: Record<string, TemplateResource>) => void): () => void {
  const file = join(assemblyDir, 'ProvisionedPlatform.template.json');
  const original = readFileSync(file, 'utf8');
  const template = JSON.parse(original);
  change(template.Resources);
  writeFileSync(file, JSON.stringify(template));
  return () => writeFileSync(file, original);
}

/** Takes away the roles' statements with this action. */
const withoutAction = (action: string) => (resources: Record<string, TemplateResource>) => {
  for (const { Type, Properties } of Object.values(resources)) {
    const document = Properties.PolicyDocument;
    if (Type !== 'AWS::IAM::Policy' || !document) continue;
    document.Statement = document.Statement.filter(({ Action }) => ![Action].flat().includes(action));
  }
};

test(
  'a function or schedule is refused what is no longer allowed, and the function learns of it',
  async () => {
    const restore = changed(provisioned, (resources) => {
      withoutAction('dynamodb:PutItem')(resources);
      for (const [id, { Type }] of Object.entries(resources)) {
        if (Type === 'AWS::Lambda::Permission') delete resources[id];
      }
    });
    try {
      const wanted = [
        'Aggregate/FunctionRole dynamodb:PutItem',
        'Alert/FunctionRole dynamodb:GetItem',
        'events.amazonaws.com lambda:InvokeFunction',
      ];
      const refusedCalls = ({ refused }: PermissionReport) => refused.map(({ owner, action }) => `${owner} ${action}`);
      const { report, logs, faults } = await recordRun({
        assemblyDir: provisioned,
        limitMs: RUN_LIMIT_MS,
        until: (lab) => wanted.every((call) => refusedCalls(lab.permissions()).includes(call)),
      });
      expect(refusedCalls(report)).toEqual(expect.arrayContaining(wanted));
      expect(logs).toMatch(
        /assumed-role\/\S+ is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb/,
      );
      expect(faults[0]).toMatch(/events.amazonaws.com .* is not authorized to perform: lambda:InvokeFunction/);
    } finally {
      restore();
    }
  },
  LIMIT_MS,
);

test(
  'an invocation that failed whole is stored in the name of its role',
  async () => {
    const restore = changed(provisioned, (resources) => {
      for (const [id, { Type, Properties }] of Object.entries(resources)) {
        if (Type === 'AWS::Lambda::Function' && id.startsWith('Aggregate')) {
          Object.assign(Properties, { Handler: 'index.absent' });
        }
        if (Type === 'AWS::Lambda::EventSourceMapping') Object.assign(Properties, { MaximumRetryAttempts: 0 });
      }
    });
    try {
      let failed = 0;
      const { calls, report } = await recordRun({
        assemblyDir: provisioned,
        limitMs: RUN_LIMIT_MS,
        until: (lab) => {
          failed = lab.status().consumers.find(({ name }) => name === 'Aggregate')?.failed ?? 0;
          return failed > 0;
        },
      });
      expect(failed).toBeGreaterThan(0);
      expect(report.refused).toEqual([]);
      const stores = calls.filter(
        ({ request: { caller, action } }) =>
          caller.kind === 'role' && caller.path === 'Aggregate/FunctionRole' && action === 's3:PutObject',
      );
      // Asked once at the start, and then for each object.
      expect(stores.map(({ count }) => count > 1)).toEqual([true]);
    } finally {
      restore();
    }
  },
  LIMIT_MS,
);

test.each([
  [
    'its mapping',
    'kinesis:GetRecords',
    /perform: kinesis:GetRecords on resource: \S+ because .* \[Aggregate\/Mapping\]/,
  ],
  ['its failure destination', 's3:ListBucket', /perform: s3:ListBucket on resource: \S+ because .* \[Alert\/Mapping\]/],
])('fails to start, as the deployment would, when a role lacks what %s needs', async (_what, action, message) => {
  const restore = changed(provisioned, withoutAction(action));
  try {
    const start = recordRun({ assemblyDir: provisioned, limitMs: 0, until: () => true });
    await expect(start).rejects.toThrow(message);
  } finally {
    restore();
  }
});

test('fails to start when a role does not trust its service', async () => {
  const restore = changed(provisioned, (resources) => {
    for (const { Type, Properties } of Object.values(resources)) {
      if (Type === 'AWS::IAM::Role') Object.assign(Properties, { AssumeRolePolicyDocument: { Statement: [] } });
    }
  });
  try {
    const start = recordRun({ assemblyDir: provisioned, limitMs: 0, until: () => true });
    await expect(start).rejects.toThrow(/Service: firehose.amazonaws.com .* perform: sts:AssumeRole/);
  } finally {
    restore();
  }
});
