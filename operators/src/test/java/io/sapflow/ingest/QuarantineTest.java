package io.sapflow.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingExample;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuarantineTest {

  private final ExampleDecoder decoder =
      new ExampleDecoder(IngestLimits.DEFAULT, new AdapterPolicy(Set.of(), 8));

  private RejectedRecordException rejection(RawRecord raw) {
    return catchThrowableOfType(RejectedRecordException.class, () -> decoder.decode(raw));
  }

  @Test
  void record_rejectedExample_holdsBytesPlaceAndReason() {
    TrainingExample example = Samples.example().setMessages(List.of()).build();
    RawRecord raw = Samples.raw(Samples.encode(TrainingExample.class, example));
    assertThat(Quarantine.record(raw, rejection(raw)))
        .isEqualTo(
            QuarantinedRecord.newBuilder()
                .setKey(ByteBuffer.wrap(new byte[] {1, 2}))
                .setValue(ByteBuffer.wrap(raw.value()))
                .setTopic(Topics.EXAMPLES)
                .setPartition(3)
                .setOffset(70)
                .setTimestamp(1234)
                .setStage("ingest")
                .setReason("EMPTY_CONVERSATION")
                .setMessage("messages: found no turn, expected a conversation")
                .setTime(1234)
                .setAdapterId("helper")
                .setSource("forum")
                .setExampleId("e-1")
                .build());
  }

  @Test
  void record_garbageWithoutKey_leavesUnknownPartsOut() {
    RawRecord raw = new RawRecord("t", 0, 1, 2, new byte[0], new byte[] {5}, new byte[0]);
    QuarantinedRecord record = Quarantine.record(raw, rejection(raw));
    assertThat(record.getReason()).isEqualTo("GARBAGE");
    assertThat(record.getKey()).isNull();
    assertThat(record.getAdapterId()).isNull();
    assertThat(record.getSource()).isNull();
    assertThat(record.getExampleId()).isNull();
  }

  @Test
  void record_namesThatAreNotFit_areLeftOut() {
    RawRecord raw =
        Samples.raw(Samples.example().setAdapterId("A B").setSource("").setId("e".repeat(257)));
    assertThat(rejection(raw).origin()).isEqualTo(Origin.UNKNOWN);
  }
}
