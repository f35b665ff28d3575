import { type Environment, readText } from '../../runtime/environment/environment-variable.js';

/** Settings of the function, read once. */
export function readEnv(env: Environment = process.env) {
  return {
    tableName: readText(env, 'TABLE_NAME'),
    failureBucket: readText(env, 'FAILURE_BUCKET'),
    functionName: readText(env, 'AWS_LAMBDA_FUNCTION_NAME'),
  };
}
