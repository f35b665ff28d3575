/** Error of an emulated AWS service: the type and message that a client sees. */
export class ServiceError extends Error {
  /** Exception name, for example ProvisionedThroughputExceededException. */
  readonly code: string;
  /** HTTP status that carries it. */
  readonly status: number;
  /** Further members of the error's body, for example the item of a failed condition. */
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: string, message: string, status = 400, details?: Readonly<Record<string, unknown>>) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** What a caller sees when the connection ends without a reply; whether the request was executed, it cannot tell. */
export class ConnectionLost extends Error {
  constructor() {
    super('the connection was lost');
    this.name = 'ConnectionLost';
  }
}
