import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEventStream;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/** The asynchronous client of the AWS SDK for Java v2: SubscribeToShard over HTTP/2 and TLS, through two reshards. */
public final class FanOutClient {
  private static final int OPEN_SHARD_RECORDS = Records.KEYS * (Records.ROUNDS - 18);

  public static void main(String[] args) throws Exception {
    Records.say("version", Records.version(KinesisAsyncClient.class, "kinesis"));
    try (KinesisClient kinesis = KinesisClient.create(); KinesisAsyncClient pushed = KinesisAsyncClient.create()) {
      Streams stream = new Streams(kinesis, args[0]);
      stream.create();
      stream.put(Records.rounds(0, 10));
      stream.split();
      stream.put(Records.rounds(10, 18));
      stream.merge();
      stream.put(Records.rounds(18, Records.ROUNDS));
      String consumer = stream.consumer("reader");
      Shards.walk(stream.shards(), shard -> subscribe(pushed, consumer, shard));
      stream.delete();
    }
    Records.say("ran", "PutRecords, SplitShard, MergeShards, SubscribeToShard of 4 shards over HTTP/2");
  }

  /** Takes what is pushed until the shard ends, or, where it stays open, until its records are there. */
  private static Set<String> subscribe(KinesisAsyncClient kinesis, String consumer, Shard shard) {
    Set<String> children = new HashSet<>();
    AtomicInteger taken = new AtomicInteger();
    AtomicReference<Subscription> subscription = new AtomicReference<>();
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Subscriber<SubscribeToShardEventStream> subscriber = new Subscriber<>() {
      @Override
      public void onSubscribe(Subscription made) {
        subscription.set(made);
        made.request(Long.MAX_VALUE);
      }

      @Override
      public void onNext(SubscribeToShardEventStream item) {
        if (!(item instanceof SubscribeToShardEvent event)) return;
        event.records().forEach(record -> Records.sayRead(
            shard.shardId(), record.partitionKey(), record.sequenceNumber(), record.data().asUtf8String()));
        event.childShards().forEach(child -> children.add(child.shardId()));
        if (taken.addAndGet(event.records().size()) >= OPEN_SHARD_RECORDS && !Shards.closed(shard)) {
          subscription.get().cancel();
          ended.complete(null);
        }
      }

      @Override
      public void onError(Throwable error) {
        ended.completeExceptionally(error);
      }

      @Override
      public void onComplete() {
        ended.complete(null);
      }
    };
    CompletableFuture<Void> call = kinesis.subscribeToShard(
        request -> request.consumerARN(consumer).shardId(shard.shardId())
            .startingPosition(position -> position.type(ShardIteratorType.TRIM_HORIZON)),
        SubscribeToShardResponseHandler.builder()
            .onError(ended::completeExceptionally)
            .subscriber(() -> subscriber)
            .build());
    try {
      ended.get(60, TimeUnit.SECONDS);
      if (Shards.closed(shard)) call.get(10, TimeUnit.SECONDS);
      return children;
    } catch (Exception error) {
      throw new IllegalStateException("SubscribeToShard of " + shard.shardId() + " after " + taken + " records", error);
    }
  }
}
