package io.sapflow.train;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.PeftAdapter;
import io.sapflow.adapter.VersionContent;
import io.sapflow.adapter.VersionManifest;
import io.sapflow.model.AdapterState;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.ModelException;
import io.sapflow.model.SafetensorsFile;
import io.sapflow.model.SafetensorsWriter;
import io.sapflow.model.Tensor;
import io.sapflow.schema.OffsetRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Versions in an {@link AdapterVersions} store: the LoRA weights as a PEFT adapter, everything else
 * as the training state.
 */
public final class AdapterVersionStore implements VersionStore {

  private static final String UPDATES = "updates";
  private static final String PROBE_UPDATES = "probe_updates";
  private static final String HAS_DIRECTION = "has_direction";

  private final AdapterVersions versions;
  private final LoraLayout layout;
  private final String baseModel;

  /**
   * A store.
   *
   * @param baseModel what adapter_config.json calls the base model
   */
  public AdapterVersionStore(AdapterVersions versions, LoraLayout layout, String baseModel) {
    this.versions = versions;
    this.layout = layout;
    this.baseModel = baseModel;
  }

  @Override
  public Stored write(
      String adapterId,
      int generation,
      long step,
      String parent,
      List<OffsetRange> offsets,
      AdapterState state) {
    AdapterState.Counters counters = state.counters();
    SafetensorsWriter training = new SafetensorsWriter();
    training.metadata(UPDATES, Long.toString(counters.updates()));
    training.metadata(PROBE_UPDATES, Long.toString(counters.hiddenProbeUpdates()));
    training.metadata(HAS_DIRECTION, Boolean.toString(counters.hasDirection()));
    others(state).forEach((name, tensor) -> training.add(name, tensor.shape(), tensor.toFloats()));
    List<VersionManifest.Offsets> ranges =
        offsets.stream()
            .map(
                range ->
                    new VersionManifest.Offsets(
                        range.getTopic(),
                        range.getPartition(),
                        range.getFirstOffset(),
                        range.getLastOffset()))
            .toList();
    PeftAdapter adapter = new PeftAdapter(layout, baseModel, state.weights().toFloats());
    try {
      VersionManifest manifest =
          versions.write(
              new VersionContent(
                  adapterId,
                  generation,
                  step,
                  counters.updates(),
                  parent,
                  baseModel,
                  ranges,
                  adapter,
                  training));
      return stored(manifest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Stored stored(VersionManifest manifest) {
    return new Stored(
        manifest.version(),
        versions.uri(manifest.adapterId(), manifest.version()),
        manifest.sha256(),
        manifest.updates());
  }

  @Override
  public Optional<Stored> find(String adapterId, String version) {
    try {
      return Optional.of(stored(versions.manifest(adapterId, version)));
    } catch (ModelException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void restore(String adapterId, String version, AdapterState state) {
    try {
      versions.reading(adapterId, version, directory -> read(directory, state));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private AdapterState read(Path directory, AdapterState state) {
    state.weights().set(PeftAdapter.read(directory, layout.config()).weights());
    try (SafetensorsFile training =
        SafetensorsFile.open(directory.resolve(AdapterVersions.TRAINING_STATE))) {
      others(state).forEach((name, tensor) -> tensor.set(training.floats(name)));
      Map<String, String> counters = training.metadata();
      state.counters(
          new AdapterState.Counters(
              Long.parseLong(counters.get(UPDATES)),
              Long.parseLong(counters.get(PROBE_UPDATES)),
              Boolean.parseBoolean(counters.get(HAS_DIRECTION))));
      return state;
    }
  }

  /** The tensors that are no part of the PEFT adapter. */
  private static Map<String, Tensor> others(AdapterState state) {
    Map<String, Tensor> tensors = state.tensors();
    tensors.remove(AdapterState.WEIGHTS);
    return tensors;
  }
}
