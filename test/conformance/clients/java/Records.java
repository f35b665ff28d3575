import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** What the Java clients share: the records they put and the lines that the runner reads. */
final class Records {
  static final int KEYS = 8;
  static final int ROUNDS = 25;

  record Put(String key, String data) {}

  private Records() {}

  /** Records of these rounds, each key once a round. */
  static List<Put> rounds(int first, int last) {
    List<Put> records = new ArrayList<>();
    for (int n = first; n < last; n++) {
      for (int k = 0; k < KEYS; k++) records.add(new Put("key-" + k, "key-" + k + ":" + n));
    }
    return records;
  }

  static List<PutRecordsRequestEntry> entries(List<Put> records) {
    return records.stream()
        .map(put -> PutRecordsRequestEntry.builder().partitionKey(put.key()).data(SdkBytes.fromUtf8String(put.data())).build())
        .toList();
  }

  static synchronized void sayRead(String shard, String key, String sequence, String data) {
    System.out.printf(
        "{\"read\":{\"shard\":\"%s\",\"key\":\"%s\",\"sequence\":\"%s\",\"data\":\"%s\"}}%n", shard, key, sequence, data);
  }

  /** Says `version` or `ran`. */
  static synchronized void say(String name, String text) {
    System.out.printf("{\"%s\":\"%s\"}%n", name, text);
  }

  /** The version of a jar of Maven Central, from its file name on the class path. */
  static String version(Class<?> type, String artifact) {
    String file = type.getProtectionDomain().getCodeSource().getLocation().getPath();
    return file.replaceAll(".*/" + artifact + "-(.*)\\.jar", "$1");
  }

  static void check(boolean holds, String what) {
    if (!holds) throw new AssertionError(what);
  }
}
