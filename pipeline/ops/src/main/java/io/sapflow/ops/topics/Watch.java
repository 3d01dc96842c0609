package io.sapflow.ops.topics;

import io.sapflow.job.kafka.TopicReader;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.UndecodableRecordException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Follows a topic of the job's. */
public final class Watch {

  private static final Duration POLL = Duration.ofMillis(200);

  private final RecordCodec<? extends SpecificRecord> codec;
  private final boolean json;
  private final long most;
  private final Consumer<String> lines;
  private long told;

  /**
   * A watch.
   *
   * @param json whether lines are JSON
   * @param most after how many records it ends
   * @param lines is told each record
   */
  public Watch(WatchedTopic topic, boolean json, long most, Consumer<String> lines) {
    this.codec = RecordCodec.of(topic.type());
    this.json = json;
    this.most = most;
    this.lines = lines;
  }

  /** Follows until it has told enough, or is to stop. */
  public void follow(TopicReader reader, BooleanSupplier stop) {
    while (told < most && !stop.getAsBoolean()) {
      reader.poll(POLL, this::tell);
    }
  }

  private void tell(ConsumerRecord<byte[], byte[]> record) {
    if (told >= most) {
      return;
    }
    told++;
    lines.accept(line(record));
  }

  private String line(ConsumerRecord<byte[], byte[]> record) {
    try {
      SpecificRecord read = codec.decode(record.value() == null ? new byte[0] : record.value());
      return json
          ? RecordJson.line(record.partition(), record.offset(), read)
          : RecordLine.of(record.timestamp(), read);
    } catch (UndecodableRecordException e) {
      // What a stranger wrote there must not end the watch.
      String place = record.topic() + "-" + record.partition() + "@" + record.offset();
      return json
          ? String.format(
              "{\"partition\":%d,\"offset\":%d,\"record\":null}",
              record.partition(), record.offset())
          : place + " holds what is no record: " + PlainText.of(e.reason().name());
    }
  }
}
