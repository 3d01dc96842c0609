package io.sapflow.ingest;

import io.sapflow.schema.Message;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.Turns;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** Records that hold to every rule, to be broken in one place. */
final class Samples {

  private Samples() {}

  static TrainingExample.Builder example() {
    return TrainingExample.newBuilder()
        .setId("e-1")
        .setAdapterId("helper")
        .setSource("forum")
        .setEventTime(17)
        .setMessages(conversation("system", "user", "assistant", "user", "assistant"));
  }

  /** A conversation with these roles. */
  static List<Message> conversation(String... roles) {
    List<Message> messages = new ArrayList<>();
    for (String role : roles) {
      messages.add(Turns.of(role, "how do i fold the map"));
    }
    return messages;
  }

  static <T extends SpecificRecord> byte[] encode(Class<T> type, T record) {
    return RecordCodec.of(type).encode(record);
  }

  static RawRecord raw(byte[] value) {
    return new RawRecord(Topics.EXAMPLES, 3, 70, 1234, new byte[] {1, 2}, value, new byte[0]);
  }

  static RawRecord raw(TrainingExample.Builder example) {
    return raw(encode(TrainingExample.class, example.build()));
  }
}
