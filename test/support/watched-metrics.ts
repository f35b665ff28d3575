// The metrics that operators of the platform watch, as data: what each service publishes, under which dimensions.

export interface WatchedMetrics {
  readonly namespace: string;
  /** Names of all dimensions of a datapoint. */
  readonly dimensions: readonly string[];
  readonly names: readonly string[];
  /** Why the lab never emits them by itself; such datapoints are injected. */
  readonly injected?: string;
}

const stream = ['StreamName'];
const shard = ['ShardId', 'StreamName'];
const consumer = ['ConsumerName', 'StreamName'];
const channel = ['ChannelId', 'ChannelName', 'StreamName'];
const fn = ['FunctionName'];
const mapping = ['EventSourceMappingUUID'];
const delivery = ['DeliveryStreamName'];

export const WATCHED: readonly WatchedMetrics[] = [
  {
    namespace: 'AWS/Kinesis',
    dimensions: stream,
    names: [
      ...['IncomingBytes', 'IncomingRecords', 'GetRecords.IteratorAgeMilliseconds', 'GetRecords.Success'],
      ...['WriteProvisionedThroughputExceeded', 'ReadProvisionedThroughputExceeded'],
      ...['PutRecord.Success', 'PutRecords.Success', 'PutRecords.FailedRecords'],
      ...['PutRecords.ThrottledRecords', 'PutRecords.TotalRecords'],
    ],
  },
  {
    namespace: 'AWS/Kinesis',
    dimensions: shard,
    names: [
      ...['IncomingBytes', 'IncomingRecords'],
      ...['WriteProvisionedThroughputExceeded', 'ReadProvisionedThroughputExceeded'],
    ],
  },
  {
    namespace: 'AWS/Kinesis',
    dimensions: consumer,
    names: [
      ...['SubscribeToShardEvent.MillisBehindLatest', 'SubscribeToShardEvent.Records'],
      ...['SubscribeToShard.RateExceeded', 'SubscribeToShard.Success'],
    ],
  },
  {
    namespace: 'AWS/Kinesis',
    dimensions: channel,
    names: [
      ...['DeliveryToS3.FailedRecordCount', 'DeliveryToS3.SuccessfulRecordCount', 'DeliveryToS3.DataFreshness'],
      ...['DeliveryToIceberg.FailedRowCount', 'DeliveryToIceberg.SuccessfulRowCount'],
      ...['DeliveryToIceberg.DataFreshness', 'DeliveryToS3.DLQDeliverySuccess', 'DeliveryToIceberg.DLQDeliverySuccess'],
    ],
    injected: "the lab's Kinesis has no channels",
  },
  {
    namespace: 'AWS/Lambda',
    dimensions: fn,
    names: [
      ...['IteratorAge', 'Errors', 'Invocations', 'Throttles', 'Duration', 'ConcurrentExecutions'],
      'DestinationDeliveryFailures',
    ],
  },
  {
    namespace: 'AWS/Lambda',
    dimensions: mapping,
    names: [
      ...['PolledEventCount', 'FilteredOutEventCount', 'InvokedEventCount', 'FailedInvokeEventCount'],
      ...['DroppedEventCount', 'OnFailureDestinationDeliveredEventCount'],
    ],
  },
  {
    namespace: 'AWS/Firehose',
    dimensions: delivery,
    names: [
      ...['DeliveryToS3.DataFreshness', 'DeliveryToS3.Success', 'KinesisMillisBehindLatest', 'ThrottledGetRecords'],
      ...['DataReadFromKinesisStream.Bytes', 'DataReadFromKinesisStream.Records'],
      ...['KMSKeyAccessDenied', 'KMSKeyDisabled', 'KMSKeyInvalidState', 'KMSKeyNotFound'],
      ...['ExecuteProcessing.Success', 'PartitionCountExceeded', 'FailedConversion.Records'],
    ],
  },
  {
    namespace: 'AWS/Firehose',
    dimensions: delivery,
    names: [
      ...['ThrottledRecords', 'IncomingBytes', 'IncomingRecords', 'IncomingPutRequests'],
      ...['BytesPerSecondLimit', 'RecordsPerSecondLimit', 'PutRequestsPerSecondLimit'],
    ],
    injected: 'only for records that are put to the delivery itself; the lab has deliveries that read a stream',
  },
  {
    namespace: 'AWS/Firehose',
    dimensions: delivery,
    names: ['Iceberg', 'Splunk', 'OpenSearch', 'HttpEndpoint'].map((to) => `DeliveryTo${to}.DataFreshness`),
    injected: 'the lab delivers to buckets only',
  },
  {
    namespace: 'AWS/SQS',
    dimensions: ['QueueName'],
    names: ['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage'],
  },
  {
    // Of the table alone DynamoDB publishes neither.
    namespace: 'AWS/DynamoDB',
    dimensions: ['Operation', 'TableName'],
    names: ['ThrottledRequests', 'SystemErrors'],
  },
  {
    namespace: 'AWS/KinesisAnalytics',
    dimensions: ['Application'],
    names: [
      ...['downtime', 'restartingTime', 'failingTime', 'numberOfFailedCheckpoints', 'lastCheckpointDuration'],
      ...['cpuUtilization', 'heapMemoryUtilization', 'containerMemoryUtilization', 'millisBehindLatest'],
      'backPressuredTimeMsPerSecond',
    ],
    injected: 'the lab does not run Managed Flink',
  },
  { namespace: 'KinesisPlatform', dimensions: ['StreamName', 'service'], names: ['ScaleFailed', 'ResizesLeft'] },
];
