/** Error of an emulated AWS service: the type and message that a client sees. */
export class ServiceError extends Error {
  /** Exception name, for example ProvisionedThroughputExceededException. */
  readonly code: string;
  /** HTTP status that carries it. */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}
