import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Walks the shards of a stream from their beginnings, a child once all of its parents are read to their end. */
final class Shards {
  private Shards() {}

  /** Reads shards by `read`, which gives the ids that a closed shard names as its children. */
  static void walk(List<Shard> shards, Function<Shard, Set<String>> read) {
    Set<String> known = shards.stream().map(Shard::shardId).collect(Collectors.toSet());
    Set<String> ended = new HashSet<>();
    Set<String> children = new HashSet<>();
    while (ended.size() < shards.size()) {
      for (Shard shard : shards) {
        if (ended.contains(shard.shardId()) || !parents(shard).filter(known::contains).allMatch(ended::contains)) continue;
        children.addAll(read.apply(shard));
        ended.add(shard.shardId());
      }
    }
    Set<String> expected = shards.stream()
        .filter(shard -> parents(shard).anyMatch(known::contains))
        .map(Shard::shardId)
        .collect(Collectors.toSet());
    Records.check(children.equals(expected), "ChildShards name " + children + ", ListShards has " + expected);
  }

  static boolean closed(Shard shard) {
    return shard.sequenceNumberRange().endingSequenceNumber() != null;
  }

  private static Stream<String> parents(Shard shard) {
    return Stream.of(shard.parentShardId(), shard.adjacentParentShardId()).filter(id -> id != null);
  }

  /** Reads one shard by GetRecords from TRIM_HORIZON to its end. */
  static Set<String> poll(KinesisClient kinesis, String stream, Shard shard, Consumer<Record> take) {
    String iterator = kinesis.getShardIterator(request ->
        request.streamName(stream).shardId(shard.shardId()).shardIteratorType(ShardIteratorType.TRIM_HORIZON)).shardIterator();
    while (true) {
      String from = iterator;
      GetRecordsResponse reply = kinesis.getRecords(request -> request.shardIterator(from).limit(50));
      reply.records().forEach(take);
      iterator = reply.nextShardIterator();
      if (iterator == null) return reply.childShards().stream().map(ChildShard::shardId).collect(Collectors.toSet());
      if (!closed(shard) && reply.records().isEmpty() && reply.millisBehindLatest() == 0) return Set.of();
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(250);
    } catch (InterruptedException error) {
      throw new IllegalStateException(error);
    }
  }
}
