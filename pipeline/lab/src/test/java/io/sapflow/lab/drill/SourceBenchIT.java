package io.sapflow.lab.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.toy.ToyModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An incident that is trained once and read in both ways. */
class SourceBenchIT {

  @TempDir private Path directory;

  @Test
  void suddenPoison_pushesAtEveryStep_areSeenNoLaterThanAtRefreshes() throws Exception {
    SourceBenchResult.Run run =
        new SourceBench(ToyModel.unpack(directory), Map.of()).run("sudden-poison", 0, true);
    assertThat(run.steps()).isEqualTo(120);
    assertThat(run.everyStep().right()).isTrue();
    assertThat(run.everyStep().alarms()).isZero();
    assertThat(run.everyStep().stepsToAlert()).isBetween(0L, 8L);
    assertThat(run.refresh().stepsToAlert()).isGreaterThan(run.everyStep().stepsToAlert());
    assertThat(new SourceBenchResult(List.of(run)).toJson().get("runs").get(0).get("steps").asInt())
        .isEqualTo(120);
    assertThat(run.line()).contains("sudden-poison", "seed 0", " steps to the alert");
  }
}
