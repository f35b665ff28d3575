// The environment in which a bench loads the deployed functions.

/** Anything that the functions read at a cold start; none of it is called. */
export const COLD_START_ENV = {
  STREAM_NAME: 'bench',
  STREAM_ARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/bench',
  TARGET_ARN: 'arn:aws:lambda:us-east-1:000000000000:function:bench',
  STATE_BUCKET: 'bench',
  TABLE_NAME: 'bench',
  STATE_TABLE: 'bench',
  FAILURE_BUCKET: 'bench',
  TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:bench',
  VALUE_FIELD: 'value',
  MIN_SHARDS: '1',
  MAX_SHARDS: '2',
  TARGET_PERCENT: '70',
  SCALE_IN_AFTER_MINUTES: '60',
  AWS_REGION: 'us-east-1',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
};
