import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/**
 * Topic that functions of this account publish to, encrypted and over TLS only.
 *
 * The AWS-managed key serves here, at no charge: it lets in every principal of the account that may publish.
 */
export class AlertTopic extends sns.Topic {
  constructor(scope: Construct, id: string) {
    super(scope, id, { enforceSSL: true });
    (this.node.defaultChild as sns.CfnTopic).kmsMasterKeyId = 'alias/aws/sns';
  }
}
