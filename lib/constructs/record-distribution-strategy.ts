/**
 * How an on-demand stream spreads records over its shards.
 *
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamRecordDistributionStrategy.html
 */
export class RecordDistributionStrategy {
  /**
   * By the hash of the partition key: the order of a key is kept, a hot key makes a hot shard.
   */
  public static readonly USER_PARTITION_KEY = new RecordDistributionStrategy('USER_PARTITION_KEY');

  /**
   * Evenly, whatever the partition key: no shard is hot, no order is kept, and readers must bear a missing key.
   */
  public static readonly AUTO = new RecordDistributionStrategy('AUTO');

  /**
   * Name of the strategy in the service's API.
   */
  public readonly strategy: string;

  private constructor(strategy: string) {
    this.strategy = strategy;
  }
}
