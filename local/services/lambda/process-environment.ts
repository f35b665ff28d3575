import { LAB_REGION } from '../../template/identity.js';
import type { FunctionModel } from '../../template/model.js';

/** Credentials that the lab's endpoints accept from anyone. */
const DUMMY_KEY = 'lab';

/**
 * Environment of a function's process: the template's variables, what Lambda reserves, and where the lab's services
 * are. Nothing of the lab's own environment.
 */
export function processEnvironment(
  fn: FunctionModel,
  endpoints: Readonly<Record<string, string>>,
  credentials: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    ...fn.environment,
    ...endpoints,
    AWS_ACCESS_KEY_ID: DUMMY_KEY,
    AWS_SECRET_ACCESS_KEY: DUMMY_KEY,
    ...credentials,
    AWS_DEFAULT_REGION: LAB_REGION,
    AWS_REGION: LAB_REGION,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMiB),
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'lab',
    LAMBDA_TASK_ROOT: fn.assetPath,
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
    _HANDLER: fn.handler,
  };
}
