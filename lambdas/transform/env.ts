import { type Environment, readText } from '../../runtime/environment/environment-variable.js';

/** What Lambda itself sets; the function has no settings of its own. */
export function readEnv(env: Environment = process.env) {
  return { functionName: readText(env, 'AWS_LAMBDA_FUNCTION_NAME') };
}
