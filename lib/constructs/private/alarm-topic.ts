import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/**
 * Topic that CloudWatch alarms can really publish to, encrypted and over TLS only.
 *
 * Two things that go wrong silently otherwise: the policy of the AWS-managed key `aws/sns` lets no alarm in, so the
 * key is a customer key; and a topic policy (here: TLS only) replaces the default one that would have let alarms in.
 */
export class AlarmTopic extends Construct {
  public readonly topic: sns.ITopic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const alarms = new iam.ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    });
    const key = new kms.Key(this, 'Key', {
      description: 'Notifications of stream alarms',
      enableKeyRotation: true,
      // It holds no data: kept after its topic it would only be billed.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [alarms],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
    const topic = new sns.Topic(this, 'Resource', { masterKey: key, enforceSSL: true });
    topic.addToResourcePolicy(
      new iam.PolicyStatement({ principals: [alarms], actions: ['sns:Publish'], resources: [topic.topicArn] }),
    );
    this.topic = topic;
  }
}
