package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.local.stack.TaskSlots;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Test;

class SubmissionTest {

  private static final JobID JOB = new JobID(1, 2);
  private static final Duration LIMIT = Submission.LIMIT;

  private static final TaskSlots SLOTS = new TaskSlots(4, 1);

  private static final JobSettings APART =
      new JobSettings(
          ConfigFile.of(
              Map.of("sapflow.job.parallelism", "2", "sapflow.job.slot-sharing", "apart")));

  @Test
  void words_jobThatRestartsAgainAndAgain_sayWhy() {
    assertThat(
            Submission.words(
                JOB, LIMIT, true, "4 of 4", Optional.of(new IllegalStateException("no partition"))))
        .isEqualTo(
            "job "
                + JOB
                + " still restarts again and again after 300 s: java.lang.IllegalStateException: no"
                + " partition; it stays on the cluster and is tried on: end it by bin/flink cancel "
                + JOB);
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
    assertThat(Submission.words(JOB, LIMIT, false, "3 of 4", Optional.empty()))
        .startsWith(
            "job "
                + JOB
                + " does not run after 300 s, but 3 of 4 of its tasks: its model is still read, or"
                + " the cluster gives its slots late; it stays on the cluster");
  }

  @Test
  void words_clusterWithTooFewSlots_nameThoseNeededAndThoseFree() {
    TaskSlots slots = new TaskSlots(2, 1);
    assertThat(Submission.areTooFew(APART, slots)).isTrue();
    assertThat(Submission.areTooFew(APART, new TaskSlots(8, 6))).isFalse();
    assertThat(Submission.words(JOB, APART, LIMIT, slots))
        .isEqualTo(
            "job "
                + JOB
                + " does not run after 300 s: found 1 free of the cluster's 2 task slots, expected"
                + " 6 task slots (sapflow.job.parallelism: 2, sapflow.job.slot-sharing: apart); it"
                + " is cancelled: add TaskManagers or slots (taskmanager.numberOfTaskSlots), or"
                + " lower sapflow.job.parallelism, or set sapflow.job.slot-sharing: shared");
  }
}
