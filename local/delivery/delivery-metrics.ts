// AWS/Firehose metrics of a delivery that reads a stream.
import type { Clock } from '../clock.js';
import type { Dimensions, MetricSink } from '../metrics/metric-sink.js';

export type DeliveryMetric =
  | 'DataReadFromKinesisStream.Bytes'
  | 'DataReadFromKinesisStream.Records'
  | 'KinesisMillisBehindLatest'
  | 'ThrottledGetRecords'
  | 'KMSKeyAccessDenied'
  | 'KMSKeyDisabled'
  | 'KMSKeyInvalidState'
  | 'KMSKeyNotFound'
  | 'ExecuteProcessing.Success'
  | 'ExecuteProcessing.Duration'
  | 'SucceedProcessing.Records'
  | 'SucceedProcessing.Bytes'
  | 'DeliveryToS3.Success'
  | 'DeliveryToS3.Records'
  | 'DeliveryToS3.Bytes'
  | 'DeliveryToS3.ObjectCount'
  | 'DeliveryToS3.DataFreshness'
  | 'SucceedConversion.Records'
  | 'SucceedConversion.Bytes'
  | 'FailedConversion.Records'
  | 'FailedConversion.Bytes'
  | 'PartitionCount'
  | 'PartitionCountExceeded';

/** Reports one metric of the delivery at the clock's time. */
export type ReportMetric = (name: DeliveryMetric, value: number) => void;

export function reportFor(deliveryName: string, metrics: MetricSink, clock: Clock): ReportMetric {
  const dimensions: Dimensions = { DeliveryStreamName: deliveryName };
  return (name, value) => metrics.put({ namespace: 'AWS/Firehose', dimensions, name, value, atMs: clock.nowMs() });
}
