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

  @Test
  void record_beyondTheBound_isAReference() {
    RawRecord raw = RawRecord.reference("t", 3, 7, 11, new Measure(3 << 20, 0, 0), "ab12");
    QuarantinedRecord record = Quarantine.record(raw, rejection(raw));
    assertThat(record.getReason()).isEqualTo("RECORD_TOO_LARGE");
    assertThat(record.getOffset()).isEqualTo(7);
    assertThat(record.getKey()).isNull();
    assertThat(record.getValue().remaining()).isZero();
    assertThat(record.getSize()).isEqualTo(3 << 20);
    assertThat(record.getSha256()).isEqualTo("ab12");
    assertThat(Quarantine.byReference(record)).isSameAs(record);
  }

  @Test
  void byReference_holdsNoBytes_butTheirSizeAndDigest() {
    RawRecord raw =
        new RawRecord("t", 0, 1, 2, new byte[] {1, 2}, new byte[] {5}, new byte[] {7, 8, 9});
    QuarantinedRecord whole = Quarantine.record(raw, rejection(raw));
    assertThat(whole.getSize()).isNull();
    assertThat(whole.getSha256()).isNull();
    assertThat(Quarantine.byReference(whole))
        .isEqualTo(
            QuarantinedRecord.newBuilder(whole)
                .setKey(null)
                .setValue(ByteBuffer.allocate(0))
                .setSignature(null)
                .setSize(6L)
                .setSha256("e77b9a9ae9e30b0dbdb6f510a264ef9de781501d7b6b92ae89eb059c5ab743db")
                .build());
    assertThat(whole.getValue().remaining()).isEqualTo(1);
  }
}
