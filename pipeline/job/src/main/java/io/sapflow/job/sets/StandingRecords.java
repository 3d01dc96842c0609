package io.sapflow.job.sets;

import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.RecordSignature;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.ingest.SourceBindings;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.UndecodableRecordException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** What stands on a compacted topic: the newest record of each id, in the order of the ids. */
public final class StandingRecords {

  private static final byte[] NONE = {};

  private StandingRecords() {}

  /**
   * Every record, the retired ones among them, whoever has signed it.
   *
   * @param name of the topic
   * @param faults is told what is no record, one line each; it is passed over
   */
  public static <R extends SpecificRecord> Collection<R> of(
      KafkaClients clients, SafetySet<R> set, String name, Consumer<String> faults) {
    return of(clients, set, name, Optional.empty(), faults);
  }

  /** The records in use, whoever has signed them. */
  public static <R extends SpecificRecord> List<R> active(
      KafkaClients clients, SafetySet<R> set, String name, Consumer<String> faults) {
    return active(clients, set, name, Optional.empty(), faults);
  }

  /**
   * The records in use.
   *
   * @param signature that each must have, as the job asks for it; empty where none is asked for
   * @param faults is told what is no record or is not so signed, one line each; it is passed over
   */
  public static <R extends SpecificRecord> List<R> active(
      KafkaClients clients,
      SafetySet<R> set,
      String name,
      Optional<RecordSignature> signature,
      Consumer<String> faults) {
    return of(clients, set, name, signature, faults).stream().filter(set.active()).toList();
  }

  private static <R extends SpecificRecord> Collection<R> of(
      KafkaClients clients,
      SafetySet<R> set,
      String name,
      Optional<RecordSignature> signature,
      Consumer<String> faults) {
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
              if (signature.isPresent()) {
                signature.get().time(set.topic(), raw(record));
              }
              records.put(set.id().apply(read), read);
            } catch (UndecodableRecordException | RejectedRecordException e) {
              faults.accept(name + " at offset " + record.offset() + ": found " + e.getMessage());
            }
          });
    }
    return records.values();
  }

  private static RawRecord raw(ConsumerRecord<byte[], byte[]> record) {
    Header signature = record.headers().lastHeader(SourceBindings.HEADER);
    return new RawRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        orNone(record.key()),
        record.value(),
        signature == null ? NONE : orNone(signature.value()));
  }

  private static byte[] orNone(byte[] bytes) {
    return bytes == null ? NONE : bytes;
  }
}
