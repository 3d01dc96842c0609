package io.sapflow.local.stack;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.kafka.StackException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RemoteJobTest {

  private static final JobID JOB = new JobID(1, 2);

  @ParameterizedTest
  @EnumSource(names = {"CANCELED", "FINISHED"})
  void check_jobThatSomebodyEnded_saysSo(JobStatus status) {
    assertThatThrownBy(() -> RemoteJob.requireNotEnded(JOB, status))
        .isInstanceOf(StackException.class)
        .hasMessage("job " + JOB + " was ended by somebody else: it is " + status);
  }

  @ParameterizedTest
  @EnumSource(names = {"RUNNING", "RESTARTING", "CANCELLING", "SUSPENDED", "FAILED"})
  void check_jobThatMayComeBackOrSaysWhyItFailed_isSilent(JobStatus status) {
    assertThatCode(() -> RemoteJob.requireNotEnded(JOB, status)).doesNotThrowAnyException();
  }
}
