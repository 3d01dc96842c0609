package io.sapflow.adapter;

import io.sapflow.model.SafetensorsWriter;
import java.util.List;

/**
 * What a new version is made of.
 *
 * @param adapterId the adapter, see {@link AdapterVersions#checkAdapterId}
 * @param generation raised by each rollback
 * @param step the adapter's step number
 * @param updates AdamW updates so far
 * @param parent the version it was trained from, null for the first
 * @param baseModel name of the base model
 * @param offsets the record ranges trained since the last green version
 * @param adapter the PEFT adapter
 * @param trainingState the tensors and texts that a rollback restores
 */
public record VersionContent(
    String adapterId,
    int generation,
    long step,
    long updates,
    String parent,
    String baseModel,
    List<VersionManifest.Offsets> offsets,
    PeftAdapter adapter,
    SafetensorsWriter trainingState) {

  public VersionContent {
    AdapterVersions.checkAdapterId(adapterId);
    if (generation < 0 || step < 0 || updates < 0) {
      throw new IllegalArgumentException(
          "generation "
              + generation
              + ", step "
              + step
              + " and updates "
              + updates
              + " must not be negative");
    }
    offsets = List.copyOf(offsets);
  }
}
