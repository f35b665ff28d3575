// What happens to records on their way to the bucket, as the template states it.
import { Duration, Size } from 'aws-cdk-lib';
import type * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { DeliveryTransformOptions } from '../delivery-transform.js';

export interface Processing {
  readonly transform: { readonly handler: lambda.IFunction; readonly options: DeliveryTransformOptions } | undefined;
  readonly partitionKeys: { readonly [name: string]: string } | undefined;
}

type Processor = firehose.CfnDeliveryStream.ProcessorProperty;

/** The processors in the order Firehose runs them: rewrite, find the partition, end the record. */
export function renderProcessors({ transform, partitionKeys }: Processing): Processor[] {
  const processors: Processor[] = [];
  if (transform) processors.push(renderTransform(transform.handler, transform.options));
  if (partitionKeys) processors.push(renderPartitionQuery(partitionKeys));
  if (!transform?.options.endsRecords) {
    processors.push({
      type: 'AppendDelimiterToRecord',
      parameters: [{ parameterName: 'Delimiter', parameterValue: '\\n' }],
    });
  }
  return processors;
}

function renderTransform(handler: lambda.IFunction, options: DeliveryTransformOptions): Processor {
  const size = options.bufferSize ?? Size.mebibytes(1);
  const interval = options.bufferInterval ?? Duration.seconds(60);
  return {
    type: 'Lambda',
    parameters: [
      { parameterName: 'LambdaArn', parameterValue: handler.functionArn },
      { parameterName: 'BufferSizeInMBs', parameterValue: String(size.toKibibytes() / 1024) },
      { parameterName: 'BufferIntervalInSeconds', parameterValue: String(interval.toSeconds()) },
      { parameterName: 'NumberOfRetries', parameterValue: String(options.retries ?? 3) },
    ],
  };
}

function renderPartitionQuery(keys: { readonly [name: string]: string }): Processor {
  const fields = Object.entries(keys).map(([name, query]) => `${name}:${query}`);
  return {
    type: 'MetadataExtraction',
    parameters: [
      { parameterName: 'MetadataExtractionQuery', parameterValue: `{${fields.join(',')}}` },
      { parameterName: 'JsonParsingEngine', parameterValue: 'JQ-1.6' },
    ],
  };
}
