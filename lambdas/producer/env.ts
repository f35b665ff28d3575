import { type Environment, readText } from '../../runtime/environment/environment-variable.js';

/** Settings of the function, read once. */
export function readEnv(env: Environment = process.env) {
  return {
    streamName: readText(env, 'STREAM_NAME'),
    functionName: readText(env, 'AWS_LAMBDA_FUNCTION_NAME'),
  };
}
