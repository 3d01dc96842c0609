package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.kafka.StackException;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.toy.ToyModel;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only the tasks can see to be unusable fails the job once, though it restarts for ever. */
@Timeout(180)
class UnusableModelIT {

  private static WorkDirectory work;
  private static LocalRun run;

  @BeforeAll
  static void start() {
    work = WorkDirectory.create();
    run = LocalRun.start(work);
  }

  @AfterAll
  static void end() {
    if (run != null) {
      run.close();
    }
    work.close();
  }

  private static void failsWith(Map<String, String> values, String message) {
    Map<String, String> all = new TreeMap<>(values);
    all.put("sapflow.checkpoint.interval", "1 s");
    Configuration configuration = run.complete(ConfigFile.of(all));
    assertThatThrownBy(() -> run.submit(configuration))
        .isInstanceOf(StackException.class)
        .hasMessageEndingWith(" failed: io.sapflow.model.ModelException: " + message);
  }

  @Test
  void model_notThere_failsTheJobWithoutRestart() {
    Path none = work.resolve("none");
    failsWith(
        Map.of("sapflow.model.path", none.toString()),
        none + "/config.json: cannot be read: there is no such file");
  }

  @Test
  void startAdapter_notThere_failsTheJobWithoutRestart() {
    Path none = work.resolve("none");
    failsWith(
        Map.of(
            "sapflow.model.path",
            ToyModel.unpack(work.path()).toString(),
            "sapflow.lora.from",
            none.toString()),
        none + "/adapter_config.json: cannot be read: there is no such file");
  }
}
