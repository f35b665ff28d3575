import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.coordinator.CoordinatorConfig;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.leases.LeaseManagementConfig;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.RetrievalConfig;
import software.amazon.kinesis.retrieval.fanout.FanOutConfig;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/** The Kinesis Client Library: one worker with its leases follows a stream through a split and a merge. */
public final class ConsumerLibrary {
  private static final AtomicInteger TAKEN = new AtomicInteger();
  private static final AtomicInteger ENDED = new AtomicInteger();

  public static void main(String[] args) throws Exception {
    Records.say("version", Records.version(Scheduler.class, "amazon-kinesis-client"));
    Streams stream = new Streams(KinesisClient.create(), args[0]);
    stream.create();
    stream.put(Records.rounds(0, 10));
    Scheduler scheduler = scheduler(stream.name, args[1].equals("polling"));
    Thread worker = new Thread(scheduler);
    worker.setDaemon(true);
    worker.start();
    until(10, "before the split");
    stream.split();
    stream.put(Records.rounds(10, 18));
    until(18, "after the split");
    stream.merge();
    stream.put(Records.rounds(18, Records.ROUNDS));
    until(Records.ROUNDS, "after the merge");
    // Whatever it takes twice would come now.
    Thread.sleep(2_000);
    scheduler.startGracefulShutdown().get(30, TimeUnit.SECONDS);
    Records.check(ENDED.get() == 3, ENDED + " shards were checkpointed at their end, of 3 closed");
    stream.delete();
    Records.say("ran", "PutRecords, SplitShard, MergeShards, " + args[1] + " worker with leases through 4 shards");
    System.exit(0);
  }

  private static void until(int rounds, String when) throws InterruptedException {
    for (int tries = 0; TAKEN.get() < rounds * Records.KEYS; tries++) {
      Records.check(tries < 900, TAKEN + " of " + rounds * Records.KEYS + " records were taken " + when);
      Thread.sleep(100);
    }
  }

  private static Scheduler scheduler(String stream, boolean polling) {
    KinesisAsyncClient kinesis = KinesisAsyncClient.create();
    SingleStreamTracker tracker = new SingleStreamTracker(
        stream, InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON));
    ConfigsBuilder configs = new ConfigsBuilder(tracker, stream + "-app", kinesis, DynamoDbAsyncClient.create(),
        CloudWatchAsyncClient.create(), UUID.randomUUID().toString(), Processor::new);
    LeaseManagementConfig leases = configs.leaseManagementConfig().failoverTimeMillis(2_000).shardSyncIntervalMillis(2_000);
    // A worker's load is asked of the instance it runs on: this one runs on none.
    leases.workerUtilizationAwareAssignmentConfig().disableWorkerMetrics(true);
    CoordinatorConfig coordinator = configs.coordinatorConfig().parentShardPollIntervalMillis(500);
    RetrievalConfig retrieval = configs.retrievalConfig();
    retrieval.retrievalSpecificConfig(polling
        ? new PollingConfig(stream, kinesis)
        : new FanOutConfig(kinesis).streamName(stream).applicationName(stream + "-app"));
    return new Scheduler(configs.checkpointConfig(), coordinator, leases, configs.lifecycleConfig(),
        configs.metricsConfig().metricsFactory(new NullMetricsFactory()), configs.processorConfig(), retrieval);
  }

  private static final class Processor implements ShardRecordProcessor {
    private String shard;

    @Override
    public void initialize(InitializationInput input) {
      shard = input.shardId();
    }

    @Override
    public void processRecords(ProcessRecordsInput input) {
      input.records().forEach(record -> {
        String data = StandardCharsets.UTF_8.decode(record.data()).toString();
        Records.sayRead(shard, record.partitionKey(), record.sequenceNumber(), data);
        TAKEN.incrementAndGet();
      });
    }

    @Override
    public void leaseLost(LeaseLostInput input) {}

    @Override
    public void shardEnded(ShardEndedInput input) {
      try {
        input.checkpointer().checkpoint();
        ENDED.incrementAndGet();
      } catch (Exception error) {
        throw new IllegalStateException(error);
      }
    }

    @Override
    public void shutdownRequested(ShutdownRequestedInput input) {
      try {
        input.checkpointer().checkpoint();
      } catch (Exception error) {
        throw new IllegalStateException(error);
      }
    }
  }
}
