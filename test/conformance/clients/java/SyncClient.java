import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** AWS SDK for Java v2 as it comes, which speaks CBOR: puts, splits, merges, puts, and reads all of it back. */
public final class SyncClient {
  public static void main(String[] args) throws Exception {
    Records.say("version", Records.version(KinesisClient.class, "kinesis"));
    Set<String> formats = new ConcurrentSkipListSet<>();
    ExecutionInterceptor watch = new ExecutionInterceptor() {
      @Override
      public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        formats.addAll(context.httpRequest().matchingHeaders("Content-Type"));
      }
    };
    try (KinesisClient kinesis =
        KinesisClient.builder().overrideConfiguration(config -> config.addExecutionInterceptor(watch)).build()) {
      Streams stream = new Streams(kinesis, args[0]);
      stream.create();
      for (Records.Put put : Records.rounds(0, 1)) {
        kinesis.putRecord(request ->
            request.streamName(stream.name).partitionKey(put.key()).data(SdkBytes.fromUtf8String(put.data())));
      }
      stream.put(Records.rounds(1, 10));
      stream.split();
      stream.put(Records.rounds(10, 18));
      stream.merge();
      stream.put(Records.rounds(18, Records.ROUNDS));
      Shards.walk(stream.shards(), shard -> Shards.poll(kinesis, stream.name, shard, record -> Records.sayRead(
          shard.shardId(), record.partitionKey(), record.sequenceNumber(), record.data().asUtf8String())));
      stream.delete();
    }
    Records.say("ran", "PutRecord, PutRecords, SplitShard, MergeShards, GetRecords of 4 shards as " + new TreeSet<>(formats));
  }
}
