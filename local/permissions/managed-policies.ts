// The policies of AWS that functions commonly carry; a template names them without saying what is inside.

const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  'service-role/AWSLambdaBasicExecutionRole': LOGS,
  'service-role/AWSLambdaKinesisExecutionRole': [
    ...['kinesis:DescribeStream', 'kinesis:DescribeStreamSummary', 'kinesis:GetRecords', 'kinesis:GetShardIterator'],
    ...['kinesis:ListShards', 'kinesis:ListStreams', 'kinesis:SubscribeToShard', ...LOGS],
  ],
  AWSXRayDaemonWriteAccess: [
    ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
    'xray:GetSamplingStatisticSummaries',
  ],
};

/** Document of a managed policy of AWS; undefined when the lab does not know it. */
export function awsManagedPolicy(arn: string): unknown {
  const actions = ACTIONS[arn.split(':policy/')[1] ?? ''];
  return actions && { Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
}
