import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type { Construct } from 'constructs';
import { ReferencePlatform, type ReferencePlatformProps } from './reference-platform.js';

/** The reference platform on an on-demand stream, which the service scales. */
export class OnDemandPlatform extends ReferencePlatform {
  constructor(scope: Construct, id: string, props: ReferencePlatformProps) {
    super(scope, id, props, { streamMode: kinesis.StreamMode.ON_DEMAND });
  }
}
