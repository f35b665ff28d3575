// What a caller of a disturbed stream is told.
import { ServiceError } from '../service-error.js';

export function throttled(operation: string): ServiceError {
  const code = /^(Put|Get)Record/.test(operation) ? 'ProvisionedThroughputExceededException' : 'LimitExceededException';
  return new ServiceError(code, `Rate exceeded for ${operation} (chaos).`);
}

export function failed(): ServiceError {
  return new ServiceError('InternalFailure', 'The request failed because of an unknown error (chaos).', 500);
}

export function unavailable(): ServiceError {
  return new ServiceError('ServiceUnavailable', 'The service is temporarily unavailable (chaos).', 503);
}

export function expired(): ServiceError {
  return new ServiceError('ExpiredIteratorException', 'Iterator expired (chaos).');
}
