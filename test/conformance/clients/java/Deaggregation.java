import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** The KCL's own de-aggregator: takes records out of a file, and writes a digest of the user records in each. */
public final class Deaggregation {
  public static void main(String[] args) throws Exception {
    System.setProperty("org.slf4j.simpleLogger.log.software.amazon.kinesis", "off");
    Records.say("version", Records.version(AggregatorUtil.class, "amazon-kinesis-client"));
    AggregatorUtil aggregator = new AggregatorUtil();
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(Path.of(args[1]))));
        PrintStream out = new PrintStream(Files.newOutputStream(Path.of(args[2])), false, StandardCharsets.UTF_8)) {
      for (byte[] data = next(in); data != null; data = next(in)) {
        KinesisClientRecord whole =
            KinesisClientRecord.builder().partitionKey("outer").sequenceNumber("1").data(ByteBuffer.wrap(data)).build();
        out.println(digest(aggregator.deaggregate(List.of(whole))));
      }
    }
    Records.say("ran", "AggregatorUtil.deaggregate");
  }

  private static byte[] next(DataInputStream in) throws Exception {
    try {
      byte[] data = new byte[in.readInt()];
      in.readFully(data);
      return data;
    } catch (EOFException end) {
      return null;
    }
  }

  private static String digest(List<KinesisClientRecord> records) throws Exception {
    if (records.size() == 1 && !records.get(0).aggregated()) return "plain";
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (KinesisClientRecord record : records) {
      String hashKey = record.explicitHashKey();
      add(digest, record.partitionKey());
      add(digest, hashKey == null ? "none" : "=" + hashKey);
      add(digest, String.valueOf(record.subSequenceNumber()));
      byte[] data = new byte[record.data().remaining()];
      record.data().duplicate().get(data);
      add(digest, data);
    }
    return records.size() + " " + HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  /** Where bytes are no UTF-8, Java and JavaScript differ in how many signs stand for them. */
  private static void add(MessageDigest digest, String text) {
    add(digest, text.replaceAll("\ufffd+", "\ufffd").getBytes(StandardCharsets.UTF_8));
  }

  private static void add(MessageDigest digest, byte[] bytes) {
    digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
    digest.update(bytes);
  }
}
