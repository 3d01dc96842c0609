package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.model.ModelException;
import io.sapflow.toy.ToyModel;
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
  void check_keyMissing_namesTheVariable() {
    values.put("sapflow.sources.keys", "shop-1;wiki");
    Map<String, String> environment = new TreeMap<>(Map.of("SAPFLOW_SOURCE_KEY_WIKI", "k"));
    JobSettings keyed = new JobSettings(ConfigFile.of(values));
    assertThatThrownBy(() -> Preflight.check(keyed, environment))
        .hasMessage(
            "SAPFLOW_SOURCE_KEY_SHOP_1: is missing in the environment, expected the key of source"
                + " shop-1, which sapflow.sources.keys names");
    environment.put("SAPFLOW_SOURCE_KEY_SHOP_1", "k");
    assertThatCode(() -> Preflight.check(keyed, environment)).doesNotThrowAnyException();
    values.put("sapflow.control.signed", "true");
    JobSettings signed = new JobSettings(ConfigFile.of(values));
    assertThatThrownBy(() -> Preflight.check(signed, environment))
        .hasMessageStartingWith("SAPFLOW_CONTROL_KEY: is missing in the environment");
    environment.put("SAPFLOW_CONTROL_KEY", "k");
    assertThatCode(() -> Preflight.check(signed, environment)).doesNotThrowAnyException();
  }

  @Test
  void check_settingOfAPart_isRefused() {
    values.put("sapflow.train.method", "sgd");
    assertThatThrownBy(this::check)
        .hasMessage(
            "sapflow.train.method: found sgd, expected sap, sft, sap:random or sap:negated");
  }
}
