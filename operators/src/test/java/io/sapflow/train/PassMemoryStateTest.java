package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.model.PassMemory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.CheckpointType;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bounds the memory of a trainer's passes, over its restarts. */
class PassMemoryStateTest {

  private static final PassMemory CUT = PassMemory.WHOLE.tokens(20);

  @TempDir Path store;

  private TrainHarness.Setup setup(PassMemory memory) {
    return new TrainHarness.Setup(store).memory(memory);
  }

  private Map<String, String> undisturbed(PassMemory memory) throws Exception {
    try (TrainHarness train = setup(memory).open()) {
      train.pairs(4);
      train.examples("helper", 0, 32);
      return train.digests();
    }
  }

  private Map<String, String> restarted(PassMemory before, PassMemory after) throws Exception {
    OperatorSubtaskState state;
    try (TrainHarness train = setup(before).open()) {
      train.pairs(4);
      train.examples("helper", 0, 12);
      state = train.snapshot(1, CheckpointType.CHECKPOINT);
    }
    try (TrainHarness train = setup(after).restored(state).open()) {
      train.examples("helper", 12, 32);
      return train.digests();
    }
  }

  @Test
  void microBatches_restart_trainTheSameBits() throws Exception {
    Map<String, String> trained = undisturbed(CUT);
    assertThat(trained).isNotEmpty().isNotEqualTo(undisturbed(PassMemory.WHOLE));
    assertThat(restarted(CUT, CUT)).isEqualTo(trained);
  }

  @Test
  void checkpointing_fromARestartOn_trainsTheSameBits() throws Exception {
    for (PassMemory memory : List.of(PassMemory.WHOLE, CUT)) {
      assertThat(restarted(memory, memory.checkpointed(true))).isEqualTo(undisturbed(memory));
    }
  }
}
