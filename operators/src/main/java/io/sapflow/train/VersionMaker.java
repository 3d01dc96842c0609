package io.sapflow.train;

import io.sapflow.model.AdapterState;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.KnownVersion;
import io.sapflow.schema.VersionStatus;
import java.util.List;

/** Makes versions of one adapter, brings one back, and says which are undone. */
final class VersionMaker {

  private final AdapterTrainer.Shared shared;
  private final AdapterProgress progress;
  private final AdapterState state;

  VersionMaker(AdapterTrainer.Shared shared, AdapterProgress progress, AdapterState state) {
    this.shared = shared;
    this.progress = progress;
    this.state = state;
  }

  /** Writes the present weights as a candidate. */
  void make() {
    Evidence evidence = progress.evidence();
    String parent = progress.versions().promoted();
    VersionStore.Stored stored =
        shared
            .store()
            .write(
                progress.adapterId(),
                progress.generation(),
                progress.step(),
                parent,
                evidence.offsets(),
                state);
    long updates = state.counters().updates();
    progress.noteVersion(
        new KnownVersion(
            stored.name(),
            progress.generation(),
            progress.step(),
            false,
            updates,
            stored.uri(),
            stored.sha256()),
        updates);
    shared
        .output()
        .version(
            AdapterVersion.newBuilder()
                .setAdapterId(progress.adapterId())
                .setVersion(stored.name())
                .setGeneration(progress.generation())
                .setStep(progress.step())
                .setUpdates(updates)
                .setParent(parent)
                .setUri(stored.uri())
                .setSha256(stored.sha256())
                .setStatus(VersionStatus.CANDIDATE)
                .setOffsets(evidence.offsets())
                .setSources(evidence.sources())
                .setSlices(evidence.slices())
                .setBaseModel(shared.baseModel())
                .build());
  }

  /**
   * Brings a version's tensors and counters back.
   *
   * @throws io.sapflow.model.ModelException if the store has it not, or not whole
   */
  void bringBack(KnownVersion version) {
    shared.store().restore(progress.adapterId(), version.getVersion(), state);
  }

  /** Says of versions that a rollback has undone them. */
  void undone(List<KnownVersion> versions, String reason) {
    for (KnownVersion known : versions) {
      KnownVersion version = completed(known);
      shared
          .output()
          .version(
              AdapterVersion.newBuilder()
                  .setAdapterId(progress.adapterId())
                  .setVersion(version.getVersion())
                  .setGeneration(version.getGeneration())
                  .setStep(version.getStep())
                  .setUpdates(version.getUpdates())
                  .setParent(progress.versions().promoted())
                  .setUri(version.getUri())
                  .setSha256(version.getSha256())
                  .setStatus(VersionStatus.ROLLED_BACK)
                  .setBaseModel(shared.baseModel())
                  .setReason(reason)
                  .build());
    }
  }

  /** What state from before it was kept does not say of a version, the store may still know. */
  private KnownVersion completed(KnownVersion version) {
    if (!version.getSha256().isEmpty()) {
      return version;
    }
    return shared
        .store()
        .find(progress.adapterId(), version.getVersion())
        .map(
            stored ->
                KnownVersion.newBuilder(version)
                    .setUpdates(stored.updates())
                    .setUri(stored.uri())
                    .setSha256(stored.sha256())
                    .build())
        .orElse(version);
  }
}
