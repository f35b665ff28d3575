import java.util.List;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** One stream, as the clients set it up around what they are there to show. */
final class Streams {
  static final String HALF = "170141183460469231731687303715884105728";

  final KinesisClient kinesis;
  final String name;

  Streams(KinesisClient kinesis, String name) {
    this.kinesis = kinesis;
    this.name = name;
  }

  void create() throws InterruptedException {
    kinesis.createStream(request -> request.streamName(name).shardCount(1));
    active();
  }

  void active() throws InterruptedException {
    while (kinesis.describeStreamSummary(request -> request.streamName(name)).streamDescriptionSummary().streamStatus()
        != StreamStatus.ACTIVE) {
      Thread.sleep(500);
    }
  }

  String arn() {
    return kinesis.describeStreamSummary(request -> request.streamName(name)).streamDescriptionSummary().streamARN();
  }

  List<Shard> shards() {
    return kinesis.listShards(request -> request.streamName(name)).shards();
  }

  List<String> open() {
    return shards().stream()
        .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
        .map(Shard::shardId)
        .toList();
  }

  void put(List<Records.Put> records) {
    for (int at = 0; at < records.size(); at += 20) {
      List<Records.Put> batch = records.subList(at, Math.min(at + 20, records.size()));
      PutRecordsResponse reply = kinesis.putRecords(request -> request.streamName(name).records(Records.entries(batch)));
      Records.check(reply.failedRecordCount() == 0, "PutRecords refused " + reply.failedRecordCount());
    }
  }

  /** Splits the only open shard in halves. */
  void split() throws InterruptedException {
    String parent = open().get(0);
    kinesis.splitShard(request -> request.streamName(name).shardToSplit(parent).newStartingHashKey(HALF));
    active();
  }

  /** Merges the two open shards. */
  void merge() throws InterruptedException {
    List<String> open = open();
    kinesis.mergeShards(request -> request.streamName(name).shardToMerge(open.get(0)).adjacentShardToMerge(open.get(1)));
    active();
  }

  String consumer(String consumerName) throws InterruptedException {
    Consumer consumer =
        kinesis.registerStreamConsumer(request -> request.streamARN(arn()).consumerName(consumerName)).consumer();
    String consumerArn = consumer.consumerARN();
    while (!kinesis.describeStreamConsumer(request -> request.consumerARN(consumerArn))
        .consumerDescription().consumerStatusAsString().equals("ACTIVE")) {
      Thread.sleep(500);
    }
    return consumerArn;
  }

  void delete() {
    kinesis.deleteStream(request -> request.streamName(name).enforceConsumerDeletion(true));
  }
}
