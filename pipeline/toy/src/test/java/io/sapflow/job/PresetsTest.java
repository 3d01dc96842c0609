package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.batch.BatchOptions;
import io.sapflow.job.options.IngestOptions;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;
import io.sapflow.sap.AdamW;
import io.sapflow.sap.SapOptions;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PresetsTest {

  @TempDir private Path temp;

  private static JobSettings settings(Map<String, String> values) {
    return new JobSettings(ConfigFile.of(values));
  }

  @Test
  void published_alone_isTheReferencesSettings() {
    JobSettings settings = settings(Map.of("sapflow.preset", "published"));
    assertThat(settings.train().sap())
        .isEqualTo(
            new SapOptions(SapOptions.Method.SAP, 1e-4, 0, 0, 0.05, 2e-5, 1, 1, AdamW.DEFAULT));
    assertThat(settings.train().batch())
        .isEqualTo(new BatchOptions(10, 8 << 20, 10, 1280, 0, 8, 0));
    assertThat(settings.lora())
        .isEqualTo(new LoraSpec(8, 8, false, EnumSet.of(LoraTarget.Q, LoraTarget.V)));
    assertThat(settings.get(IngestOptions.MAX_TOKENS)).isEqualTo(128);
    assertThat(settings.pairTokens()).isEqualTo(256);
  }

  @Test
  void ownValue_overPreset_wins() throws IOException {
    Path file =
        Files.writeString(
            temp.resolve("job.yaml"),
            "sapflow:\n  preset: published\n  lora: {rank: 4}\n  sap: {pairs: 5}\n");
    JobSettings settings = new JobSettings(ConfigFile.read(file, Map.of("sapflow.sap.pairs", "6")));
    assertThat(settings.lora().rank()).isEqualTo(4);
    assertThat(settings.lora().alpha()).isEqualTo(8);
    assertThat(settings.train().batch().pairs()).isEqualTo(6);
    assertThat(settings.train().batch().rows()).isEqualTo(10);
  }

  @Test
  void noPreset_pairsAreAsLongAsExamples() {
    assertThat(settings(Map.of("sapflow.tokens.max-length", "77")).pairTokens()).isEqualTo(77);
  }

  @Test
  void preset_unknown_isRefused() {
    assertThatThrownBy(() -> settings(Map.of("sapflow.preset", "paper")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sapflow.preset: found paper, expected none or published");
  }

  @Test
  void published_modelWithFewerLayers_isRefused() throws IOException {
    Path model = ToyModel.unpack(temp);
    assertRefused(
        Map.of("sapflow.preset", "published"),
        model,
        "sapflow.sap.probe-layers: found layer 9, expected 0 to 5");
    assertRefused(
        Map.of("sapflow.preset", "published", "sapflow.sap.probe-layers", "6"),
        model,
        "sapflow.sap.probe-layers: found layer 6, expected 0 to 5");
    ModelConfig config = ModelConfig.read(model);
    assertThat(
            settings(Map.of("sapflow.preset", "published", "sapflow.sap.probe-layers", "3;5"))
                .kernel(config)
                .hiddenProbeLayers())
        .containsExactly(3, 5);
  }

  /** By the settings, and before a job is submitted. */
  private static void assertRefused(Map<String, String> values, Path model, String message) {
    ModelConfig config = ModelConfig.read(model);
    assertThatThrownBy(() -> settings(values).kernel(config).check(config))
        .isInstanceOf(ModelException.class)
        .hasMessage(message);
    Map<String, String> job = new TreeMap<>(values);
    job.put("sapflow.model.path", model.toString());
    assertThatThrownBy(() -> TuningJob.graph(ConfigFile.of(job)))
        .isInstanceOf(ModelException.class)
        .hasMessage(message);
  }
}
