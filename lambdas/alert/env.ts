import { type Environment, readText } from '../../runtime/environment/environment-variable.js';

/** Settings of the function, read once. */
export function readEnv(env: Environment = process.env) {
  return {
    topicArn: readText(env, 'TOPIC_ARN'),
    stateTable: readText(env, 'STATE_TABLE'),
    failureBucket: readText(env, 'FAILURE_BUCKET'),
    valueField: readText(env, 'VALUE_FIELD'),
    functionName: readText(env, 'AWS_LAMBDA_FUNCTION_NAME'),
  };
}
