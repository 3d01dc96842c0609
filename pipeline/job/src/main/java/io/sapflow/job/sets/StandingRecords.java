package io.sapflow.job.sets;

import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.UndecodableRecordException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/** What stands on a compacted topic: the newest record of each id, in the order of the ids. */
public final class StandingRecords {

  private StandingRecords() {}

  /**
   * Every record, the retired ones among them.
   *
   * @param name of the topic
   * @param faults is told what is no record, one line each; it is passed over
   */
  public static <R extends SpecificRecord> Collection<R> of(
      KafkaClients clients, SafetySet<R> set, String name, Consumer<String> faults) {
    RecordCodec<R> reader = RecordCodec.of(set.type());
    Map<String, R> records = new TreeMap<>();
    try (TopicReader topic = TopicReader.fromBeginning(clients, name)) {
      topic.drain(
          record -> {
            if (record.value() == null) {
              return;
            }
            try {
              R read = reader.decode(record.value());
              records.put(set.id().apply(read), read);
            } catch (UndecodableRecordException e) {
              faults.accept(name + " at offset " + record.offset() + ": found " + e.getMessage());
            }
          });
    }
    return records.values();
  }

  /** The records in use. */
  public static <R extends SpecificRecord> List<R> active(
      KafkaClients clients, SafetySet<R> set, String name, Consumer<String> faults) {
    return of(clients, set, name, faults).stream().filter(set.active()).toList();
  }
}
