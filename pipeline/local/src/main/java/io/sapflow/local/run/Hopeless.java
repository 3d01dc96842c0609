package io.sapflow.local.run;

import io.sapflow.local.stack.ReportedFailure;
import io.sapflow.model.ModelException;
import io.sapflow.schema.UndecodableRecordException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * What no restart mends, once a job has failed of it again and again: a record, a file or a setting
 * is as it was. What a server or a disk does may be over later.
 */
final class Hopeless {

  private static final List<Class<? extends Throwable>> CAUSES =
      List.of(
          // of a record
          RecordTooLargeException.class,
          SerializationException.class,
          UndecodableRecordException.class,
          AvroRuntimeException.class,
          OutOfMemoryError.class,
          // of a file
          ModelException.class,
          NoSuchFileException.class,
          AccessDeniedException.class,
          NotDirectoryException.class,
          // of a setting
          ConfigException.class,
          AuthenticationException.class,
          AuthorizationException.class,
          IllegalArgumentException.class);

  private Hopeless() {}

  /** The outermost of such causes of a failure; none where a name could not be looked up. */
  static Optional<Throwable> cause(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      Throwable each = at;
      if (isUnresolved(each)) {
        return Optional.empty();
      }
      if (CAUSES.stream().anyMatch(type -> isOf(each, type))) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** Whether a job waits for task slots: Flink tries again and again, and may get them. */
  static boolean isLackOfSlots(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (isOf(at, NoResourceAvailableException.class)) {
        return true;
      }
    }
    return false;
  }

  /** The innermost cause. */
  static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /** What to do about a cause beside mending it; empty for nothing. */
  static String remedy(Throwable cause) {
    return isOf(cause, OutOfMemoryError.class)
        ? "; give it more memory, or, where a record is too large for it, go on past that with"
            + " --skip TOPIC:P:OFFSET"
        : "";
  }

  private static boolean isOf(Throwable cause, Class<? extends Throwable> type) {
    return cause instanceof ReportedFailure reported ? reported.isOf(type) : type.isInstance(cause);
  }

  /**
   * Whether no address was found for a name, which may be over later; their types tell settings.
   */
  private static boolean isUnresolved(Throwable cause) {
    return isOf(cause, UnresolvedAddressException.class)
        || (isOf(cause, ConfigException.class)
            && String.valueOf(cause.getMessage()).startsWith("No resolvable bootstrap urls"));
  }
}
