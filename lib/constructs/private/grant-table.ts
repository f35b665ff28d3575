import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/** Allows a function the given actions on the items of a table, and the use of its key. */
export function grantTable(table: dynamodb.ITable, fn: lambda.IFunction, actions: string[]): void {
  iam.Grant.addToPrincipal({ grantee: fn, actions, resourceArns: [table.tableArn] });
  table.encryptionKey?.grantEncryptDecrypt(fn);
}
