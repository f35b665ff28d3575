import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

export interface PlatformTableProps {
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly removalPolicy?: RemovalPolicy;
}

/** A table as this package makes them: string keys, billed by request, encrypted, with point-in-time recovery. */
export class PlatformTable extends dynamodb.Table {
  constructor(scope: Construct, id: string, props: PlatformTableProps) {
    const key = (name: string): dynamodb.Attribute => ({ name, type: dynamodb.AttributeType.STRING });
    super(scope, id, {
      partitionKey: key(props.partitionKey),
      sortKey: props.sortKey === undefined ? undefined : key(props.sortKey),
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
  }
}
