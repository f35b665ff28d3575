// The narrowest permissions on a stream, one function per kind of actor. They take any IStream, imported ones included,
// and with a customer key also grant its use: through Kinesis only, for this stream only.
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';

// Producers that aggregate, or keep to the limits of each shard, must know the shards; listing them reads no record.
export const PRODUCER_ACTIONS = ['kinesis:ListShards', 'kinesis:PutRecord', 'kinesis:PutRecords'];
export const POLLING_READER_ACTIONS = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
];
export const FAN_OUT_STREAM_ACTIONS = ['kinesis:DescribeStream', 'kinesis:DescribeStreamSummary', 'kinesis:ListShards'];
export const FAN_OUT_CONSUMER_ACTIONS = ['kinesis:DescribeStreamConsumer', 'kinesis:SubscribeToShard'];

/** What a replay makes: it reads shards by time and knows how long records are kept. */
export const REPLAY_READ_ACTIONS = [
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
];
export const REPLAY_WRITE_ACTIONS = ['kinesis:DescribeStreamSummary', 'kinesis:ListShards', 'kinesis:PutRecords'];

/** Grants reading a stream for a replay. */
export function grantReplayRead(stream: kinesis.IStream, grantee: iam.IGrantable): iam.Grant {
  return grantOnStream(stream, grantee, REPLAY_READ_ACTIONS, 'kms:Decrypt');
}

/** Grants putting replayed records. */
export function grantReplayWrite(stream: kinesis.IStream, grantee: iam.IGrantable): iam.Grant {
  return grantOnStream(stream, grantee, REPLAY_WRITE_ACTIONS, 'kms:GenerateDataKey');
}

/** Grants writing records. */
export function grantPut(stream: kinesis.IStream, grantee: iam.IGrantable): iam.Grant {
  return grantOnStream(stream, grantee, PRODUCER_ACTIONS, 'kms:GenerateDataKey');
}

/** Grants reading by GetRecords, which shares the shard's read throughput. */
export function grantPoll(stream: kinesis.IStream, grantee: iam.IGrantable): iam.Grant {
  return grantOnStream(stream, grantee, POLLING_READER_ACTIONS, 'kms:Decrypt');
}

/** Grants reading as one registered consumer, and as no other. */
export function grantSubscribe(consumer: kinesis.IStreamConsumer, grantee: iam.IGrantable): iam.Grant {
  const onConsumer = iam.Grant.addToPrincipal({
    grantee,
    actions: FAN_OUT_CONSUMER_ACTIONS,
    resourceArns: [consumer.streamConsumerArn],
  });
  return grantOnStream(consumer.stream, grantee, FAN_OUT_STREAM_ACTIONS, 'kms:Decrypt').combine(onConsumer);
}

function grantOnStream(
  stream: kinesis.IStream,
  grantee: iam.IGrantable,
  actions: string[],
  keyAction: string,
): iam.Grant {
  const onStream = iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [stream.streamArn] });
  if (!stream.encryptionKey) return onStream;
  const onKey = iam.Grant.addToPrincipal({
    grantee,
    actions: [keyAction],
    resourceArns: [stream.encryptionKey.keyArn],
    conditions: {
      StringEquals: {
        'kms:ViaService': `kinesis.${stream.env.region}.amazonaws.com`,
        'kms:EncryptionContext:aws:kinesis:arn': stream.streamArn,
      },
    },
  });
  return onStream.combine(onKey);
}
