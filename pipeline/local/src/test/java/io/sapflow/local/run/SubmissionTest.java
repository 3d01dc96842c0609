package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Test;

class SubmissionTest {

  private static final JobID JOB = new JobID(1, 2);

  @Test
  void words_jobThatRestartsAgainAndAgain_sayWhy() {
    assertThat(
            Submission.words(
                JOB, true, "4 of 4", Optional.of(new IllegalStateException("no partition"))))
        .isEqualTo(
            "job "
                + JOB
                + " still restarts again and again after 300 s: java.lang.IllegalStateException: no"
                + " partition; it stays on the cluster and is tried on: end it by bin/flink cancel "
                + JOB);
  }

  @Test
  void words_jobThatFailsNotAndRunsNot_sayHowManyTasksRun() {
    assertThat(Submission.words(JOB, false, "3 of 4", Optional.empty()))
        .startsWith(
            "job "
                + JOB
                + " does not run after 300 s, but 3 of 4 of its tasks: the cluster has too few free"
                + " task slots");
  }
}
