package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class PromptsAtStartTest {

  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

  private void record(int partition, byte[] value) {
    records.add(
        new ConsumerRecord<>(
            Topics.PROBE_PROMPTS, partition, records.size(), new byte[] {1}, value));
  }

  private void prompt(String id, PromptKind kind, boolean active) {
    record(
        0,
        RecordCodec.of(ProbePrompt.class)
            .encode(
                ProbePrompt.newBuilder()
                    .setId(id)
                    .setKind(kind)
                    .setPrompt(List.of())
                    .setActive(active)
                    .build()));
  }

  @Test
  void prompts_activeOnes_areCountedOnceByTheirKind() {
    prompt("a", PromptKind.HARMFUL, true);
    prompt("b", PromptKind.HARMFUL, true);
    prompt("b", PromptKind.HARMFUL, true);
    prompt("c", PromptKind.HARMFUL, true);
    prompt("c", PromptKind.HARMFUL, false);
    prompt("d", PromptKind.BENIGN, true);
    assertThat(PromptsAtStart.of(records)).isEqualTo(new PromptsAtStart(Map.of(0, 5L), 2, 1));
  }

  @Test
  void records_thatAreNoPrompts_areReadPast() {
    prompt("a", PromptKind.HARMFUL, true);
    record(0, "no prompt".getBytes(StandardCharsets.UTF_8));
    record(1, null);
    assertThat(PromptsAtStart.of(records))
        .isEqualTo(new PromptsAtStart(Map.of(0, 1L, 1, 2L), 1, 0));
  }
}
