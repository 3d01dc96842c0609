package io.sapflow.local.stack;

import io.sapflow.job.kafka.StackException;
import io.sapflow.model.ModelException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.util.SerializedThrowable;

/** Why a job failed, in one line. */
final class JobFailure {

  private JobFailure() {}

  /** An exception whose message says what made the job fail. */
  static StackException of(JobID job, SerializedThrowable cause) {
    Throwable failure = cause.deserializeError(JobFailure.class.getClassLoader());
    Throwable refused = refusal(failure);
    if (refused != null) {
      return new StackException("job " + job + " failed: " + refused, cause);
    }
    while (failure.getCause() != null) {
      failure = failure.getCause();
    }
    return new StackException("job " + job + " failed: " + failure, cause);
  }

  /** What a task refuses for good says all that is needed; its own cause says less. */
  private static Throwable refusal(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof ModelException) {
        return at;
      }
      if (at instanceof SuppressRestartsException && at.getCause() != null) {
        return at.getCause();
      }
    }
    return null;
  }
}
