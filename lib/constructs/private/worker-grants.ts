// What the tasks of a consumer outside Lambda may do, one function per kind of library.
import { Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { acknowledge } from './acknowledge.js';

export const LEASE_TABLE_ACTIONS = [
  'dynamodb:DeleteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:UpdateItem',
];

const KCL_TABLE_ACTIONS = [
  'dynamodb:CreateTable',
  'dynamodb:DeleteItem',
  'dynamodb:DescribeTable',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Scan',
  'dynamodb:UpdateItem',
];

/** Grants what `runWorker` does with its table. */
export function grantLeases(table: dynamodb.ITable, role: iam.IRole): void {
  iam.Grant.addToPrincipal({ grantee: role, actions: LEASE_TABLE_ACTIONS, resourceArns: [table.tableArn] });
}

/**
 * Grants what KCL 3 does with the tables that it makes itself, named after the application, and publishing its metrics under
 * that name.
 *
 * @see https://docs.aws.amazon.com/streams/latest/dev/kcl-iam-permissions.html
 */
export function grantKcl(applicationName: string, role: iam.Role): void {
  const tableArn = (suffix: string) =>
    Stack.of(role).formatArn({ service: 'dynamodb', resource: 'table', resourceName: `${applicationName}${suffix}` });
  const grant = (actions: string[], resourceArns: string[]) =>
    iam.Grant.addToPrincipal({ grantee: role, actions, resourceArns });
  grant([...KCL_TABLE_ACTIONS, 'dynamodb:UpdateTable'], [tableArn('')]);
  grant(KCL_TABLE_ACTIONS, [tableArn('-WorkerMetricStats'), tableArn('-CoordinatorState')]);
  grant(['dynamodb:Query'], [tableArn('/index/LeaseOwnerToLeaseKeyIndex')]);
  grantMetrics(applicationName, role);
}

/** Grants publishing metrics of one namespace. */
export function grantMetrics(namespace: string, role: iam.Role): void {
  iam.Grant.addToPrincipal({
    grantee: role,
    actions: ['cloudwatch:PutMetricData'],
    resourceArns: ['*'],
    conditions: { StringEquals: { 'cloudwatch:namespace': namespace } },
  });
  acknowledge(role, 'AwsSolutions-IAM5[Resource::*]', 'PutMetricData takes no ARN; its condition names the namespace.');
}
