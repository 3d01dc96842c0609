package io.sapflow.ops.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.Topics;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayFilterTest {

  private static QuarantinedRecord record(String topic, long offset) {
    return QuarantinedRecord.newBuilder()
        .setValue(ByteBuffer.allocate(0))
        .setTopic(topic)
        .setPartition(0)
        .setOffset(offset)
        .setStage("train")
        .setReason("SAFETY_ROLLBACK")
        .setMessage("m")
        .setAdapterId("helper")
        .setSource("shop")
        .build();
  }

  @Test
  void range_isRead() {
    assertThat(ReplayFilter.range("0:12-18", TopicNames.DEFAULT))
        .isEqualTo(new OffsetRange(Topics.EXAMPLES, 0, 12L, 18L));
    assertThat(ReplayFilter.range("team.forum:0:12-18", TopicNames.DEFAULT))
        .isEqualTo(new OffsetRange("team.forum", 0, 12L, 18L));
    assertThat(ReplayFilter.range("3:7", TopicNames.DEFAULT))
        .isEqualTo(new OffsetRange(Topics.EXAMPLES, 3, 7L, 7L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "0:",
        "0:9-8",
        "a:1-2",
        "0:1-2-3",
        "sapflow.control.v1:0:1-2",
        "0:99999999999999999999"
      })
  void range_anythingElse_isRefused(String text) {
    assertThatThrownBy(() -> ReplayFilter.range(text, TopicNames.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--offsets: found "
                + text
                + ", expected PARTITION:FIRST-LAST on sapflow.examples.v1, such as 0:120-180");
  }

  @Test
  void admits_everyPartThatIsGiven() {
    QuarantinedRecord record = record(Topics.EXAMPLES, 15);
    List<OffsetRange> range =
        List.of(
            ReplayFilter.range("0:2-3", TopicNames.DEFAULT),
            ReplayFilter.range("0:12-15", TopicNames.DEFAULT));
    List<OffsetRange> any = List.of();
    assertThat(new ReplayFilter("SAFETY_ROLLBACK", "shop", range, "helper").admits(record))
        .isTrue();
    assertThat(new ReplayFilter("PAUSED", null, any, null).admits(record)).isFalse();
    assertThat(new ReplayFilter(null, "other", any, null).admits(record)).isFalse();
    assertThat(new ReplayFilter(null, "shop", any, "other").admits(record)).isFalse();
    assertThat(new ReplayFilter(null, null, range, null).admits(record(Topics.EXAMPLES, 16)))
        .isFalse();
    assertThat(new ReplayFilter(null, null, range, null).admits(record(Topics.CONTROL, 15)))
        .isFalse();
  }
}
