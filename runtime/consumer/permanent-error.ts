// Errors that no retry would mend.

/**
 * Says that a record will never be usable: it goes to the failure store at once, and the batch goes on.
 *
 * Thrown by codecs, by `handle` and by `handleBatch`. Any other error is transient unless `classify` says otherwise.
 */
export class PermanentError extends Error {
  /** What kind of error, in the failure store and the log. */
  readonly errorType: string;

  constructor(errorType: string, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'PermanentError';
    this.errorType = errorType;
  }
}

/** Whether a retry may mend an error. */
export type ErrorClass = 'permanent' | 'transient';
