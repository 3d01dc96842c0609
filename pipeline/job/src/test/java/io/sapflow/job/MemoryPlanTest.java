package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.model.ComputeType;
import io.sapflow.model.DeviceMemory;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.PassMemory;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryPlanTest {

  private static final ModelConfig MODEL =
      ModelConfig.readFile(Path.of("../../docs/tinyllama-config.json"));

  private static final PassMemory WHOLE = PassMemory.WHOLE;

  private static JobSettings settings(String... more) {
    Map<String, String> values = new HashMap<>();
    values.put("sapflow.lora.targets", "q_proj;v_proj");
    values.put("sapflow.tokens.max-length", "512");
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return new JobSettings(ConfigFile.of(values));
  }

  private static List<MemoryPlan> open(JobSettings settings) {
    return MemoryPlan.open(settings, MODEL, ComputeType.FLOAT32, memory(Long.MAX_VALUE));
  }

  /** Of which nothing is free: what is free has no say. */
  private static DeviceMemory memory(long bytes) {
    return new DeviceMemory(false, "cpu", bytes, 0);
  }

  @Test
  void auto_opensWholeBatchesThenHalvesDownToARowThenCheckpointing() {
    // 10 rows of 512 tokens; 8 pairs have 8192.
    List<PassMemory> atOnce =
        Stream.of(Integer.MAX_VALUE, 4096, 2048, 1024, 512).map(WHOLE::tokens).toList();
    assertThat(open(settings()))
        .extracting(MemoryPlan::memory)
        .startsWith(atOnce.toArray(PassMemory[]::new));
    assertThat(open(settings()))
        .extracting(MemoryPlan::memory)
        .endsWith(atOnce.stream().map(m -> m.checkpointed(true)).toArray(PassMemory[]::new))
        .hasSize(10);
  }

  @Test
  void auto_takesTheFirstThatFitsTheDevice() {
    List<MemoryPlan> open = open(settings());
    for (int i = 0; i < open.size(); i++) {
      long needs = open.get(i).forecast().peak();
      MemoryPlan taken = taken(settings(), needs);
      assertThat(taken.fits()).isTrue();
      assertThat(taken).isEqualTo(open.get(firstWithin(open, needs)));
    }
    List<Long> peaks = open.stream().map(plan -> plan.forecast().peak()).toList();
    // The last two of either half have one pair in their largest pass.
    assertThat(peaks.subList(0, 4))
        .isSortedAccordingTo(Comparator.reverseOrder())
        .doesNotHaveDuplicates();
    assertThat(peaks.get(5)).as("checkpointing, whole").isLessThan(peaks.get(0));
    assertThat(peaks.get(9)).as("all of it").isLessThan(peaks.get(4));
    MemoryPlan frugal = open.get(9);
    // Where nothing fits, what takes least.
    assertThat(taken(settings(), 1 << 20))
        .isEqualTo(new MemoryPlan(frugal.memory(), frugal.forecast(), false));
  }

  private static int firstWithin(List<MemoryPlan> open, long bytes) {
    for (int i = 0; ; i++) {
      if (open.get(i).forecast().peak() <= bytes) {
        return i;
      }
    }
  }

  private static MemoryPlan taken(JobSettings settings, long bytes) {
    return MemoryPlan.of(settings, MODEL, memory(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "none, off, 2147483647, false",
    "none, on, 2147483647, true",
    "300, off, 300, false",
    "300, on, 300, true"
  })
  void written_isTakenWhateverTheDevice(
      String tokens, String checkpointing, int expected, boolean checkpointed) {
    JobSettings settings =
        settings(
            "sapflow.train.micro-batch-tokens", tokens,
            "sapflow.train.activation-checkpointing", checkpointing);
    PassMemory memory = WHOLE.tokens(expected).checkpointed(checkpointed);
    assertThat(taken(settings, 1).memory()).isEqualTo(memory);
    assertThat(taken(settings, Long.MAX_VALUE).memory()).isEqualTo(memory);
    assertThat(taken(settings, Long.MAX_VALUE).why(settings, MODEL, memory(Long.MAX_VALUE)))
        .endsWith(", as the settings say");
  }

  @Test
  void oneWritten_leavesTheOtherOpen() {
    JobSettings settings = settings("sapflow.train.micro-batch-tokens", "600");
    assertThat(open(settings))
        .extracting(MemoryPlan::memory)
        .containsExactly(WHOLE.tokens(600), WHOLE.tokens(600).checkpointed(true));
    assertThat(taken(settings, 1).memory().checkpointed()).isTrue();
    JobSettings off = settings("sapflow.train.activation-checkpointing", "off");
    assertThat(taken(off, 1).memory()).isEqualTo(WHOLE.tokens(512));
  }

  @Test
  void why_tellsTheNumbersOfAll() {
    String why = taken(settings(), Long.MAX_VALUE).why(settings(), MODEL, memory(64L << 30));
    assertThat(why)
        .matches(
            "whole batches: [\\d,.]+ MiB foretold for the largest batch, of [\\d,.]+ MiB;"
                + " micro-batches of 4.096 tokens [\\d,.]+ MiB; .*"
                + "; micro-batches of 512 tokens with activation checkpointing [\\d,.]+ MiB");
  }

  @Test
  void leastTokens_rowsDoNotBoundTheLargestBatch() {
    JobSettings few = settings("sapflow.batch.rows", "2", "sapflow.sap.pairs", "1");
    JobSettings byTokens =
        settings(
            "sapflow.batch.rows", "2",
            "sapflow.sap.pairs", "1",
            "sapflow.batch.least-tokens", "4096");
    assertThat(open(byTokens).get(0).forecast().activations())
        .isGreaterThan(open(few).get(0).forecast().activations());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1.5", "all", ""})
  void microBatchTokens_noNumber_namesTheKey(String found) {
    assertThatThrownBy(() -> settings("sapflow.train.micro-batch-tokens", found).check())
        .hasMessage(
            "sapflow.train.micro-batch-tokens: found "
                + found
                + ", expected a whole number of at least 1, auto or none");
  }
}
