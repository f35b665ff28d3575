// Errors in logs and replies: their name, not their message, which may quote what was sent.

/**
 * Name of an error as the SDK gives it, such as `ThrottlingException`.
 */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'UnknownError';
}
