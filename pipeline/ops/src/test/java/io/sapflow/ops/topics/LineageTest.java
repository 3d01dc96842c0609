package io.sapflow.ops.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineageTest {

  private final Lineage lineage = new Lineage();

  static TrainingStep trained(int generation, long step, long updates, String id, long offset) {
    return TrainingStep.newBuilder()
        .setAdapterId("helper")
        .setGeneration(generation)
        .setStep(step)
        .setUpdates(updates)
        .setOutcome(StepStatus.TRAINED)
        .setExamples(1)
        .setExampleIds(List.of(id))
        .setOffsets(List.of(new OffsetRange(Topics.EXAMPLES, 0, offset, offset)))
        .build();
  }

  private static TrainingStep rolledBack(int generation, long step, long updates) {
    return TrainingStep.newBuilder()
        .setAdapterId("helper")
        .setGeneration(generation)
        .setStep(step)
        .setUpdates(updates)
        .setOutcome(StepStatus.COMMAND)
        .build();
  }

  static AdapterVersion version(
      String name, int generation, long step, long updates, VersionStatus status, String reason) {
    return AdapterVersion.newBuilder()
        .setAdapterId("helper")
        .setVersion(name)
        .setGeneration(generation)
        .setStep(step)
        .setUpdates(updates)
        .setUri("")
        .setSha256("")
        .setStatus(status)
        .setReason(reason)
        .build();
  }

  private static AdapterVersion candidate(String name, int generation, long step, long updates) {
    return version(name, generation, step, updates, VersionStatus.CANDIDATE, null);
  }

  private List<Long> in(String version) {
    return lineage.in(lineage.version(version).version()).stream()
        .map(TrainingStep::getStep)
        .toList();
  }

  @Test
  void in_afterARollback_isWithoutWhatItUndid() {
    lineage.add(trained(0, 1, 1, "a", 0));
    lineage.add(trained(0, 2, 2, "b", 1));
    lineage.add(trained(0, 3, 3, "c", 2));
    lineage.add(rolledBack(1, 4, 1));
    lineage.add(trained(1, 5, 2, "d", 3));
    lineage.add(candidate("0-0", 0, 0, 0));
    lineage.add(candidate("1-a", 0, 1, 1));
    lineage.add(candidate("3-c", 0, 3, 3));
    lineage.add(version("3-c", 0, 3, 0, VersionStatus.ROLLED_BACK, "red"));
    lineage.add(candidate("5-d", 1, 5, 2));
    lineage.add(version("1-a", 0, 1, 1, VersionStatus.PROMOTED, null));
    assertThat(in("0-0")).isEmpty();
    assertThat(in("1-a")).containsExactly(1L);
    assertThat(in("3-c")).containsExactly(1L, 2L, 3L);
    assertThat(in("5-d")).containsExactly(1L, 5L);
    assertThat(lineage.version("3-c").status()).isEqualTo(VersionStatus.ROLLED_BACK);
    assertThat(lineage.version("3-c").version().getUpdates()).isEqualTo(3);
    assertThat(lineage.version("1-a").status()).isEqualTo(VersionStatus.PROMOTED);
    assertThat(lineage.present()).extracting(TrainingStep::getStep).containsExactly(1L, 5L);
    assertThat(lineage.begunAnew()).isFalse();
  }

  @Test
  void of_anExampleTrainedTwice_areBothSteps() {
    lineage.add(trained(0, 1, 1, "a", 0));
    lineage.add(rolledBack(1, 2, 0));
    lineage.add(trained(1, 3, 1, "a", 4));
    assertThat(lineage.of("a")).extracting(TrainingStep::getStep).containsExactly(1L, 3L);
    assertThat(lineage.present()).extracting(TrainingStep::getStep).containsExactly(3L);
    assertThat(lineage.of("b")).isEmpty();
  }

  @Test
  void add_stepsAndVersionsThatBeginAnew_forgetTheEarlierStart() {
    lineage.add(trained(0, 1, 1, "a", 0));
    lineage.add(trained(0, 2, 2, "b", 1));
    lineage.add(candidate("0-0", 0, 0, 0));
    lineage.add(candidate("2-b", 0, 2, 2));
    lineage.add(candidate("0-0", 0, 0, 0));
    lineage.add(trained(0, 1, 1, "c", 0));
    assertThat(lineage.begunAnew()).isTrue();
    assertThat(lineage.of("a")).isEmpty();
    assertThat(lineage.version("2-b")).isNull();
    assertThat(lineage.versions()).hasSize(1);
  }

  @Test
  void offsets_neighbours_areJoined_othersStayApart() {
    List<TrainingStep> steps =
        List.of(
            trained(0, 1, 1, "a", 5),
            trained(0, 2, 2, "b", 4),
            trained(0, 3, 3, "c", 9),
            trained(0, 4, 4, "c", 9));
    assertThat(Lineage.offsets(steps))
        .containsExactly(
            new OffsetRange(Topics.EXAMPLES, 0, 4L, 5L),
            new OffsetRange(Topics.EXAMPLES, 0, 9L, 9L));
    assertThat(Lineage.offsets(steps))
        .extracting(RecordLine::range)
        .containsExactly("sapflow.examples.v1-0@4..5", "sapflow.examples.v1-0@9");
  }
}
