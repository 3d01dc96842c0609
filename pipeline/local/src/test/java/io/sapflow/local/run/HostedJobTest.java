package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.ConfigFile;
import io.sapflow.local.stack.WorkDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostedJobTest {

  @Test
  void run_signalThatCameDuringTheChecks_startsNothing(@TempDir Path directory) {
    StopSignal stop = new StopSignal();
    stop.request();
    List<String> lines = new ArrayList<>();
    Map<String, String> values =
        Map.of(
            "sapflow.kafka.bootstrap-servers",
            "127.0.0.1:1",
            "sapflow.adapter.store",
            directory.resolve("adapters").toUri().toString());
    try (WorkDirectory work = WorkDirectory.createIn(directory)) {
      new HostedJob(ConfigFile.of(values), false, lines::add).run(work, stop);
      assertThat(work.path()).isEmptyDirectory();
    }
    assertThat(lines).containsExactly("stopped before the job was started");
    assertThat(directory).isEmptyDirectory();
  }
}
