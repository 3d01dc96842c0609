package io.sapflow.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class RunLogTest {
  @TempDir Path dir;

  @Test
  void open_untilClosed_writesInfoToTheFile() throws Exception {
    Logger log = LoggerFactory.getLogger("run.log.test");
    boolean before = log.isInfoEnabled();
    Path file = dir.resolve("logs/sapflow.log");
    try (RunLog open = RunLog.open(file)) {
      log.info("while {}", "open");
      assertThat(open).isNotNull();
    }
    log.info("after");
    assertThat(Files.readString(file))
        .contains("INFO test [")
        .contains("while open")
        .doesNotContain("after");
    assertThat(log.isInfoEnabled()).isEqualTo(before);
  }
}
