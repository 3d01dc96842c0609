package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.metrics.MetricLimits;
import io.sapflow.metrics.RegisteredMetrics;
import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainMetricsTest {

  private final RegisteredMetrics registered = new RegisteredMetrics();
  private final TrainMetrics metrics =
      new TrainMetrics(registered.task(), new MetricLimits(1), 1, 1000, 5000);

  private static TrainingStep.Builder step(String adapterId, StepStatus outcome) {
    return TrainingStep.newBuilder()
        .setAdapterId(adapterId)
        .setGeneration(0)
        .setStep(7)
        .setUpdates(7)
        .setOutcome(outcome)
        .setExamples(4);
  }

  private double value(String id) {
    return registered.value("sapflow." + id);
  }

  @Test
  void batches_areCounted_answersToCommandsAreNot() {
    metrics.stepped(step("a", StepStatus.TRAINED).build());
    metrics.stepped(step("b", StepStatus.TRAINED).build());
    metrics.stepped(step("a", StepStatus.SKIPPED).build());
    metrics.stepped(step("a", StepStatus.COMMAND).build());
    assertThat(value("steps")).isEqualTo(2);
    assertThat(value("stepsSkipped")).isEqualTo(1);
    assertThat(value("examples")).isEqualTo(8);
    assertThat(value("adapter.a.examples")).isEqualTo(4);
    assertThat(value("adapter._others.examples")).isEqualTo(4);
  }

  @Test
  void memory_isThatOfAdaptersItsLimitAndTheProcess() {
    metrics.loaded("a", false);
    assertThat(value("nativeBytes")).isEqualTo(1000);
    assertThat(value("nativeBytesLimit")).isEqualTo(5000);
    if (Files.exists(Path.of("/proc/self/status"))) {
      assertThat(value("residentBytes")).isGreaterThan(Runtime.getRuntime().totalMemory() / 100.0);
    } else {
      assertThat(value("residentBytes")).isNaN();
    }
  }

  @Test
  void lossesThatAStepDoesNotKnow_stayThoseOfTheLastThatDid() {
    assertThat(value("steps")).isZero();
    metrics.stepped(step("a", StepStatus.TRAINED).setTaskLoss(2.0).setSafetyLoss(1.5).build());
    metrics.stepped(step("a", StepStatus.TRAINED).setTaskLoss(1.0).build());
    assertThat(value("adapter.a.taskLoss")).isEqualTo(1.0);
    assertThat(value("adapter.a.safetyLoss")).isEqualTo(1.5);
    assertThat(value("adapter.a.harmAlignment")).isNaN();
  }

  @Test
  void push_standsBySource_forABoundedNumberOfNames() {
    List<SourceEvidence> sources =
        IntStream.range(0, 100)
            .mapToObj(
                i ->
                    SourceEvidence.newBuilder()
                        .setSource("s" + i)
                        .setExamples(1)
                        .setShare(0.01)
                        .setMeanPush((double) i)
                        .build())
            .toList();
    metrics.stepped(step("a", StepStatus.TRAINED).setPushBySource(sources).build());
    assertThat(value("adapter.a.source.s3.push")).isEqualTo(3);
    assertThat(registered.ids().stream().filter(id -> id.endsWith(".push"))).hasSize(20);
  }

  @Test
  void adapters_areCountedAsTheyComeAndGo() {
    metrics.loaded("a", false);
    metrics.loaded("b", true);
    metrics.evicted();
    metrics.paused("a", true);
    assertThat(value("liveAdapters")).isEqualTo(1);
    assertThat(value("nativeBytes")).isEqualTo(1000);
    assertThat(value("evictedAdapters")).isEqualTo(1);
    assertThat(value("pausedAdapters")).isEqualTo(2);
    metrics.paused("b", false);
    assertThat(value("pausedAdapters")).isEqualTo(1);
  }
}
