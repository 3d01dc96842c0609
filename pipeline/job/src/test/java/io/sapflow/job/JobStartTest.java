package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.kafka.StackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobStartTest {

  @TempDir Path root;

  private static Configuration of(String... keysAndValues) {
    Configuration configuration = ConfigFile.of(Map.of("sapflow.adapter.store", "/data/adapters"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      configuration.setString(keysAndValues[i], keysAndValues[i + 1]);
    }
    return configuration;
  }

  @Test
  void rootBeside_nothingNamed_isBesideTheStore() {
    assertThat(JobStart.rootBeside(of())).isEqualTo("file:/data/checkpoints");
    assertThat(JobStart.rootBeside(of("sapflow.adapter.store", "file:///data/adapters/")))
        .isEqualTo("file:/data/checkpoints");
  }

  @Test
  void root_named_isTheJobsOwnBeforeFlinks() {
    String flink = "execution.checkpointing.dir";
    assertThat(JobStart.root(of(flink, "file:///flink"))).isEqualTo("file:///flink");
    assertThat(JobStart.rootBeside(of(flink, "file:///flink", "sapflow.checkpoints", "/own")))
        .isEqualTo("/own");
  }

  @Test
  void root_nothingNamed_isRefused() {
    assertThatThrownBy(() -> JobStart.root(of()))
        .hasMessage(
            "sapflow.checkpoints: is missing, expected a directory that all machines of the cluster"
                + " share; or execution.checkpointing.dir in the cluster's configuration");
  }

  @Test
  void check_jobNameThatIsNoDirectory_isRefused() {
    for (String name : new String[] {"a/b", "..", ".hidden", "two words", "x".repeat(101)}) {
      assertThatThrownBy(() -> new JobSettings(of("sapflow.job.name", name)).jobName())
          .hasMessage(
              "sapflow.job.name: found "
                  + name
                  + ", expected at most 100 letters, digits, '.', '_' and '-', beginning with a"
                  + " letter or digit, because it names a directory");
    }
    assertThat(new JobSettings(of("sapflow.job.name", "helper-2.b_c")).jobName())
        .isEqualTo("helper-2.b_c");
  }

  @Test
  void transactionalIdPrefix_notNamed_isTheJobsOwn() {
    assertThat(new JobSettings(of("sapflow.job.name", "b")).transactionalIdPrefix())
        .isEqualTo("sapflow-b");
    assertThat(
            new JobSettings(of("sapflow.kafka.transactional-id-prefix", "sapflow"))
                .transactionalIdPrefix())
        .isEqualTo("sapflow");
  }

  @Test
  void main_freshWithAGraphThatCannotBeBuilt_abandonsNothing() throws IOException {
    Path first = Files.createDirectories(root.resolve("helper/start-1"));
    assertThatThrownBy(
            () ->
                TuningJob.main(
                    new String[] {
                      "--fresh",
                      "-Dsapflow.job.name=helper",
                      "-Dsapflow.kafka.bootstrap-servers=no.such.invalid:9092",
                      "-Dsapflow.model.path=" + root.resolve("none"),
                      "-Dsapflow.adapter.store=" + root.resolve("adapters").toUri(),
                      "-Dsapflow.checkpoints=" + root.toUri()
                    }))
        .isInstanceOf(StackException.class)
        .hasMessageStartingWith(
            "check brokers: found sapflow.kafka.bootstrap-servers: no.such.invalid:9092, expected"
                + " addresses of Kafka brokers, host:port (");
    assertThat(first.getParent()).isDirectoryNotContaining("glob:**/start-2");
  }
}
