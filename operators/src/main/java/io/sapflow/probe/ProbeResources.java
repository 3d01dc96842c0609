package io.sapflow.probe;

import io.sapflow.model.TaskPlace;
import java.io.Serializable;

/** Opens what a subtask needs of its process to probe. */
public interface ProbeResources extends Serializable {

  /** What was opened; closed with the subtask. */
  interface Opened extends AutoCloseable {
    /** Probes versions; used by one thread. */
    Prober prober();

    @Override
    void close();
  }

  /**
   * Opens them.
   *
   * @param place of the subtask
   */
  Opened open(TaskPlace place);
}
