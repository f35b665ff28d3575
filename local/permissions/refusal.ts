// How each service says that a call is not allowed.
import { ServiceError } from '../service-error.js';

const CODES: Readonly<Record<string, readonly [code: string, status: number]>> = {
  kinesis: ['AccessDeniedException', 400],
  dynamodb: ['AccessDeniedException', 400],
  s3: ['AccessDenied', 403],
  sns: ['AuthorizationError', 403],
  sqs: ['AccessDeniedException', 403],
  cloudwatch: ['AccessDenied', 403],
  lambda: ['AccessDeniedException', 403],
};

/** Names of refusals for a key that may not be used, where they differ. */
const KEY_CODES: Readonly<Record<string, string>> = {
  kinesis: 'KMSAccessDeniedException',
  sns: 'KMSAccessDenied',
  sqs: 'KmsAccessDenied',
};

export function refusalOf(service: string, message: string): ServiceError {
  const [code, status] = CODES[service] ?? ['AccessDeniedException', 400];
  const keyCode = message.includes('perform: kms:') ? KEY_CODES[service] : undefined;
  return new ServiceError(keyCode ?? code, message, status);
}
