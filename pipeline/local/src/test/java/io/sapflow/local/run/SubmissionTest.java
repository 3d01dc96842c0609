package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.local.stack.TaskSlots;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Test;

class SubmissionTest {

  private static final JobID JOB = new JobID(1, 2);

  private static final TaskSlots SLOTS = new TaskSlots(4, 1);

  private static final JobSettings APART =
      new JobSettings(
          ConfigFile.of(
              Map.of("sapflow.job.parallelism", "2", "sapflow.job.slot-sharing", "apart")));

  @Test
  void words_jobThatRestartsAgainAndAgain_sayWhy() {
    assertThat(
            Submission.words(
                JOB,
                true,
                "4 of 4",
                Submission.cause(
                    APART,
                    Optional.of(new TaskSlots(1, 0)),
                    Optional.of(new IllegalStateException("no partition")),
                    true)))
        .isEqualTo(
            "job "
                + JOB
                + " still restarts again and again after 300 s: java.lang.IllegalStateException: no"
                + " partition; it stays on the cluster and is tried on: end it by bin/flink cancel "
                + JOB);
  }

  /** Flink's own words for slots that do not come say neither how many nor for what. */
  @Test
  void cause_clusterHasFewerSlotsThanTheJobNeeds_saysHowMany() {
    Optional<Throwable> failure = Optional.of(new IllegalStateException("no resources"));
    assertThat(Submission.cause(APART, Optional.of(SLOTS), failure, false))
        .startsWith("the cluster has too few free task slots, or gives them late: 4, 1 of them");
    assertThat(Submission.cause(APART, Optional.of(new TaskSlots(6, 0)), failure, false))
        .isEqualTo("java.lang.IllegalStateException: no resources");
    assertThat(Submission.cause(APART, Optional.empty(), Optional.empty(), false))
        .contains(": how many it does not say, and the job needs 6 task slots");
  }

  @Test
  void tooFew_isSaidOfAClusterWithFewerFreeSlots_andOfNoOther() {
    assertThat(Submission.tooFew(APART, SLOTS))
        .contains(
            "the job waits for task slots: the cluster has 4, 1 of them free, and it needs 6 task"
                + " slots (sapflow.job.parallelism: 2, sapflow.job.slot-sharing: apart)");
    assertThat(Submission.tooFew(APART, new TaskSlots(8, 6))).isEmpty();
  }

  @Test
  void words_jobThatFailsNotAndRunsNot_sayHowManyTasksRun() {
    assertThat(
            Submission.words(
                JOB,
                false,
                "3 of 4",
                Submission.cause(APART, Optional.of(SLOTS), Optional.empty(), false)))
        .startsWith(
            "job "
                + JOB
                + " does not run after 300 s, but 3 of 4 of its tasks: the cluster has too few free"
                + " task slots, or gives them late: 4, 1 of them free, and the job needs 6 task"
                + " slots (sapflow.job.parallelism: 2, sapflow.job.slot-sharing: apart); it stays");
  }
}
