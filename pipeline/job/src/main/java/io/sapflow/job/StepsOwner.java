package io.sapflow.job;

import io.sapflow.job.kafka.TopicReader;
import io.sapflow.job.options.JobOptions;
import io.sapflow.job.options.TopicOptions;
import io.sapflow.schema.Topic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * Whose records stand on a job's topics, as their header {@value #HEADER} says. A job under another
 * name would train the examples of the first one and mix its records with that one's, also when
 * that one has ended.
 */
final class StepsOwner {

  /** The header with the name of the job that has written a record. */
  static final String HEADER = "sapflow-job";

  /** What one job alone writes, and says so; steps, of which there are always some, first. */
  private static final List<Topic> OWN =
      List.of(Topic.STEPS, Topic.ADAPTERS, Topic.PROBES, Topic.ALERTS);

  /** So far from the end of each partition it is looked for. */
  private static final long OFFSETS = 1000;

  private StepsOwner() {}

  /**
   * Checks that the newest step that says whose it is is this job's, or of the name it had before;
   * where none says so, the same of the other topics that one job alone writes.
   *
   * @param absent topics that are not there
   * @throws IllegalArgumentException naming topic and job
   */
  static void check(JobSettings settings, List<String> absent) {
    for (Topic topic : OWN) {
      String name = settings.topics().of(topic);
      Optional<String> owner = absent.contains(name) ? Optional.empty() : newest(settings, name);
      owner.ifPresent(found -> requireOwn(settings, topic, found));
      if (topic == Topic.STEPS && owner.isPresent()) {
        return; // Of a name before the last one there may be records on the others.
      }
    }
  }

  private static void requireOwn(JobSettings settings, Topic topic, String owner) {
    String job = settings.jobName();
    if (owner.equals(job) || owner.equals(settings.find(JobOptions.FORMERLY))) {
      return;
    }
    throw new IllegalArgumentException(
        "topic "
            + settings.topics().of(topic)
            + ": found "
            + (topic == Topic.STEPS ? "steps" : "records")
            + " of job "
            + owner
            + ", expected none but those of job "
            + job
            + ": set another "
            + TopicOptions.PREFIX.key()
            + ", or "
            + JobOptions.NAME.key()
            + "="
            + owner
            + "; if the job was renamed, "
            + JobOptions.FORMERLY.key()
            + "="
            + owner);
  }

  private static Optional<String> newest(JobSettings settings, String topic) {
    Newest newest = new Newest();
    try (TopicReader reader = TopicReader.fromEnd(settings.kafka(), topic)) {
      for (Map.Entry<TopicPartition, Long> end : reader.ends().entrySet()) {
        long last = end.getValue() - 1;
        reader.range(end.getKey().partition(), Math.max(0, last - OFFSETS), last, newest::take);
      }
    }
    return Optional.ofNullable(newest.owner);
  }

  /** What a record's header says; null where it does not say whose it is. */
  private static String owner(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(HEADER);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** The newest of the records that say whose they are. */
  private static final class Newest {

    private long time = Long.MIN_VALUE;
    private String owner;

    void take(ConsumerRecord<byte[], byte[]> record) {
      String found = owner(record);
      if (found != null && record.timestamp() >= time) {
        time = record.timestamp();
        owner = found;
      }
    }
  }
}
