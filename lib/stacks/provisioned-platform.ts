import { Duration } from 'aws-cdk-lib';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type { Construct } from 'constructs';
import { StreamAutoscaler } from '../constructs/stream-autoscaler.js';
import { ReferencePlatform, type ReferencePlatformProps } from './reference-platform.js';

/** The reference platform on a provisioned stream, which an autoscaler resizes. */
export class ProvisionedPlatform extends ReferencePlatform {
  constructor(scope: Construct, id: string, props: ReferencePlatformProps) {
    const { config } = props;
    super(scope, id, props, { streamMode: kinesis.StreamMode.PROVISIONED, shardCount: config.shardCount });
    const autoscaler = new StreamAutoscaler(this, 'Autoscaler', {
      stream: this.stream,
      minShards: config.minShards,
      maxShards: config.maxShards,
      targetPercent: config.targetPercent,
      scaleInAfter: Duration.minutes(config.scaleInAfterMinutes),
    });
    this.monitoring.monitorAutoscaler(autoscaler);
  }
}
