/** How delivered objects are compressed. */
export class DeliveryCompression {
  /** gzip: what Athena, Spark and most shells read as it is. */
  public static readonly GZIP = new DeliveryCompression('GZIP');
  /** Snappy, block format. */
  public static readonly SNAPPY = new DeliveryCompression('Snappy');
  /** Snappy as Hadoop frames it. */
  public static readonly HADOOP_SNAPPY = new DeliveryCompression('HADOOP_SNAPPY');
  /** zip. */
  public static readonly ZIP = new DeliveryCompression('ZIP');
  /** No compression. */
  public static readonly NONE = new DeliveryCompression('UNCOMPRESSED');

  /** Name in the template. */
  public readonly format: string;

  private constructor(format: string) {
    this.format = format;
  }
}
