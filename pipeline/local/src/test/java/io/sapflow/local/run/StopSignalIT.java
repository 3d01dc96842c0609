package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Signals to a real process. */
@Timeout(60)
class StopSignalIT {

  private Process process;
  private BufferedReader out;

  @BeforeEach
  void start() throws Exception {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Stoppable.class.getName())
            .start();
    out = process.inputReader();
    assertThat(out.readLine()).isEqualTo("runs");
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  private void signal(String name) throws Exception {
    shell("kill -" + name + " " + process.pid());
  }

  private static void shell(String command) throws Exception {
    assertThat(new ProcessBuilder("sh", "-c", command).start().waitFor()).isZero();
  }

  private boolean endsWithin(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  @Test
  void terminated_howOftenEver_carriesTheRequestOut() throws Exception {
    signal("TERM");
    assertThat(out.readLine()).isEqualTo("stops");
    signal("TERM");
    assertThat(endsWithin(StopSignal.ONE_REQUEST.toMillis() + 500)).isFalse();
    signal("TERM");
    assertThat(endsWithin(500)).isFalse();
  }

  @Test
  void interrupted_atOnceAndLater_endsAtTheLaterOne() throws Exception {
    // Both from one process: on a busy machine another may come seconds after the first.
    shell("kill -INT " + process.pid() + "; sleep 0.3; kill -INT " + process.pid());
    assertThat(out.readLine()).isEqualTo("stops");
    assertThat(endsWithin(StopSignal.ONE_REQUEST.toMillis() + 500)).isFalse();
    signal("INT");
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
  }
}
