package io.sapflow.ops.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sapflow.adapter.PeftAdapter;
import io.sapflow.model.ConfiguredEnds;
import io.sapflow.model.DType;
import io.sapflow.model.JsonFile;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelFiles;
import io.sapflow.model.SafetensorsFile;
import io.sapflow.tokens.EndTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Facts that stand in two files of a recorded model are read by one reader each; whoever else must
 * know them, such as a recorded trace, says the same on every fixture.
 */
class AgreementTest {

  private static final Map<String, DType> TYPES =
      Map.of("float32", DType.F32, "bfloat16", DType.BF16, "float16", DType.F16);

  static Stream<Path> fixtures() throws IOException {
    try (Stream<Path> own = Files.list(Path.of("../../operators/src/test/resources/fixtures"))) {
      List<Path> all = new ArrayList<>(own.filter(AgreementTest::isModel).sorted().toList());
      Path shared = Path.of("../../../shared/fixtures");
      if (Files.isDirectory(shared)) {
        try (Stream<Path> others = Files.list(shared)) {
          others.filter(AgreementTest::isModel).sorted().forEach(all::add);
        }
      }
      return all.stream();
    }
  }

  private static boolean isModel(Path directory) {
    return Files.exists(directory.resolve("manifest.json"))
        && Files.exists(directory.resolve("config.json"));
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void adapter_configTensorsAndManifest_sayTheSame(Path fixture) {
    ModelConfig base = ModelConfig.read(fixture);
    PeftAdapter read = PeftAdapter.read(fixture.resolve("adapter"), base);
    JsonFile manifest = JsonFile.read(fixture.resolve("manifest.json")).object("lora");
    assertThat(read.spec().scaling()).isEqualTo(manifest.positive("scaling"));
    assertThat(read.spec().rank()).isEqualTo(manifest.integer("r", 1, 1 << 16));
    assertThat(read.spec().alpha()).isEqualTo(manifest.positive("alpha"));
    assertThat(read.spec().targets().stream().map(LoraTarget::module))
        .containsExactlyInAnyOrderElementsOf(manifest.texts("target_modules"));
    try (SafetensorsFile file =
        SafetensorsFile.open(fixture.resolve("adapter").resolve(PeftAdapter.WEIGHTS))) {
      RecordedAdapter recorded = RecordedAdapter.of(base, file, manifest.positive("scaling"));
      assertThat(recorded.layout().spec().scaling()).isEqualTo(read.spec().scaling());
      assertThat(recorded.layout().slots()).isEqualTo(read.layout().slots());
      assertThat(recorded.weights()).isEqualTo(read.weights());
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void types_ofConfigTensorsAndManifest_areTheSame(Path fixture) {
    ModelConfig config = ModelConfig.read(fixture);
    assumeThat(TYPES).containsKey(config.torchDtype());
    try (ModelFiles files = ModelFiles.open(fixture)) {
      for (String name : config.expectedTensors().keySet()) {
        assertThat(files.entry(name).dtype()).as(name).isEqualTo(TYPES.get(config.torchDtype()));
      }
    }
    assertThat(JsonFile.read(fixture.resolve("manifest.json")).text("weight_dtype_on_disk"))
        .isEqualTo(TYPES.get(config.torchDtype()).name());
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void lengthsLayersAndEnds_fitTheModel(Path fixture) {
    ModelConfig config = ModelConfig.read(fixture);
    JsonFile manifest = JsonFile.read(fixture.resolve("manifest.json"));
    assertThat(manifest.integer("seq_len", 1, Integer.MAX_VALUE))
        .isLessThanOrEqualTo(config.maxPositions());
    int[] layers =
        manifest.integers("probe_layers", Integer.MAX_VALUE).stream()
            .mapToInt(Integer::intValue)
            .toArray();
    assertThatCode(() -> KernelOptions.training(layers, 1).check(config))
        .doesNotThrowAnyException();
    Set<Integer> ends = EndTokens.read(fixture);
    assertThat(ends).allMatch(id -> id >= 0 && id < config.vocabSize());
    ConfiguredEnds.read(fixture).values().forEach(ids -> assertThat(ends).containsAll(ids));
  }
}
