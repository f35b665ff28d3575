/**
 * What the containers of a `KclService` consume with; it decides on tables and permissions.
 */
export class ConsumerLibrary {
  /**
   * `runWorker` of this package: one table, which the construct makes.
   */
  public static readonly RUN_WORKER = new ConsumerLibrary('runWorker');

  /**
   * The Kinesis Client Library 3 for Java, or one of the libraries on top of it: it makes three tables itself, named after
   * the application, and publishes metrics under that name. They stay when the stack is deleted.
   */
  public static readonly KCL = new ConsumerLibrary('KCL');

  /**
   * Name of the library.
   */
  public readonly name: string;

  private constructor(name: string) {
    this.name = name;
  }
}
