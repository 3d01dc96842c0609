package io.sapflow.pipeline.job;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.model.ModelException;
import io.sapflow.pipeline.run.ToyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused of a model is BadModelsTest's. */
class PreflightTest {

  @TempDir Path temp;
  private final Map<String, String> values = new TreeMap<>();

  @BeforeEach
  void unpack() {
    values.put("sapflow.model.path", ToyModel.unpack(temp).toString());
  }

  private void check() {
    Preflight.check(new JobSettings(ConfigFile.of(values)));
  }

  @Test
  void check_toyModel_passes() {
    assertThatCode(this::check).doesNotThrowAnyException();
  }

  @Test
  void check_directoriesNotOnThisMachine_areLeftToTheTasks() {
    values.put("sapflow.lora.from", temp.resolve("none").toString());
    assertThatCode(this::check).doesNotThrowAnyException();
    values.put("sapflow.model.path", temp.resolve("none").toString());
    assertThatCode(this::check).doesNotThrowAnyException();
  }

  @Test
  void check_modelPathIsAFile_isRefused() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    values.put("sapflow.model.path", file.toString());
    assertThatThrownBy(this::check)
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(file + "/config.json: cannot be read: ");
  }

  @Test
  void check_settingOfAPart_isRefused() {
    values.put("sapflow.train.method", "sgd");
    assertThatThrownBy(this::check)
        .hasMessage(
            "sapflow.train.method: found sgd, expected sap, sft, sap:random or sap:negated");
  }
}
