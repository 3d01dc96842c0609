package io.sapflow.train;

import io.sapflow.adapter.VersionRetention;
import io.sapflow.model.Kernel;
import io.sapflow.model.TaskPlace;
import java.io.Serializable;

/**
 * Opens what a subtask needs of its process: the model's kernel, the tokenizer and the version
 * store.
 */
public interface TrainResources extends Serializable {

  /** What was opened; closed with the subtask. */
  interface Opened extends AutoCloseable {
    /** The kernel that trains. */
    Kernel kernel();

    /** Where versions go. */
    VersionStore store();

    /** What stays of them. */
    VersionRetention retention();

    /** Makes safety pairs rows. */
    PairEncoder pairs();

    /** Digest of the base model. */
    String baseModel();

    @Override
    void close();
  }

  /**
   * Opens them.
   *
   * @param place of the subtask
   * @param restored whether the job goes on from a checkpoint or savepoint: what only fresh
   *     adapters need is then not looked for before one is made
   */
  Opened open(TaskPlace place, boolean restored);
}
