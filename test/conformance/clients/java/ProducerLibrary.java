import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.kinesis.producer.KinesisProducer;
import software.amazon.kinesis.producer.KinesisProducerConfiguration;
import software.amazon.kinesis.producer.UserRecordFailedException;
import software.amazon.kinesis.producer.UserRecordResult;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** The Kinesis Producer Library: its daemon puts aggregated records over TLS, before and after a split. */
public final class ProducerLibrary {
  public static void main(String[] args) throws Exception {
    Records.say("version", Records.version(KinesisProducer.class, "amazon-kinesis-producer"));
    try (KinesisClient kinesis = KinesisClient.create()) {
      Streams stream = new Streams(kinesis, args[0]);
      stream.create();
      KinesisProducer producer = new KinesisProducer(configuration(args[1], Long.parseLong(args[2])));
      put(producer, stream.name, 0, 12);
      stream.split();
      put(producer, stream.name, 12, Records.ROUNDS);
      producer.destroy();
      AtomicInteger stored = new AtomicInteger();
      AggregatorUtil aggregator = new AggregatorUtil();
      Shards.walk(stream.shards(), shard -> Shards.poll(kinesis, stream.name, shard, record -> {
        stored.incrementAndGet();
        List<KinesisClientRecord> whole = List.of(KinesisClientRecord.fromRecord(record));
        BigInteger start = new BigInteger(shard.hashKeyRange().startingHashKey());
        BigInteger end = new BigInteger(shard.hashKeyRange().endingHashKey());
        // As the KCL does: what the daemon aggregated for a shard that was just split it puts again, and the copies
        // that lie outside of their shard's range are no records.
        for (KinesisClientRecord user : aggregator.deaggregate(whole, start, end)) {
          String data = StandardCharsets.UTF_8.decode(user.data()).toString();
          Records.sayRead(shard.shardId(), user.partitionKey(), user.sequenceNumber(), data);
        }
      }));
      stream.delete();
      Records.check(stored.get() < Records.KEYS * Records.ROUNDS, "nothing was aggregated: " + stored + " records");
      Records.say("ran", "daemon puts in " + stored + " aggregated records, SplitShard, GetRecords of 3 shards");
    }
    System.exit(0);
  }

  private static KinesisProducerConfiguration configuration(String folder, long stsPort) {
    URI kinesis = URI.create(System.getenv("AWS_ENDPOINT_URL_KINESIS"));
    return new KinesisProducerConfiguration()
        .setCredentialsProvider(EnvironmentVariableCredentialsProvider.create())
        .setRegion("us-east-1")
        .setKinesisEndpoint(kinesis.getHost())
        .setKinesisPort(kinesis.getPort())
        .setStsEndpoint(kinesis.getHost())
        .setStsPort(stsPort)
        .setCloudwatchEndpoint(kinesis.getHost())
        .setCloudwatchPort(9)
        .setMetricsLevel("none")
        .setVerifyCertificate(false)
        .setTempDirectory(folder)
        .setLogLevel("warning");
  }

  /** A round at a time: the library promises no order among what it has in hand. */
  private static void put(KinesisProducer producer, String stream, int first, int last) throws Exception {
    for (int n = first; n < last; n++) {
      List<Future<UserRecordResult>> results = new ArrayList<>();
      for (Records.Put put : Records.rounds(n, n + 1)) {
        ByteBuffer data = ByteBuffer.wrap(put.data().getBytes(StandardCharsets.UTF_8));
        results.add(producer.addUserRecord(stream, put.key(), data));
      }
      producer.flush();
      for (Future<UserRecordResult> result : results) await(result);
    }
  }

  private static void await(Future<UserRecordResult> result) throws Exception {
    try {
      Records.check(result.get(60, TimeUnit.SECONDS).isSuccessful(), "the daemon gave a record up");
    } catch (ExecutionException error) {
      if (!(error.getCause() instanceof UserRecordFailedException failed)) throw error;
      StringBuilder attempts = new StringBuilder();
      failed.getResult().getAttempts().forEach(attempt ->
          attempts.append(attempt.getErrorCode()).append(' ').append(attempt.getErrorMessage()).append("; "));
      throw new AssertionError("the daemon gave a record up: " + attempts);
    }
  }
}
