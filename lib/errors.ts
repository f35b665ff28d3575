import type { IConstruct } from 'constructs';

/** Thrown when props cannot be deployed; the message ends with the construct's path. */
export class ConfigError extends Error {
  /** Path of the construct that refused its props. */
  public readonly constructPath: string;

  constructor(scope: IConstruct, message: string) {
    super(scope.node.path ? `${message} [${scope.node.path}]` : message);
    this.name = 'ConfigError';
    this.constructPath = scope.node.path;
  }
}
