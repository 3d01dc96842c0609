package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.local.stack.SecuredBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Passwords of a test against a secured broker, and where none of them may stand. */
final class Secrets {

  /** What each password begins with. */
  static final String WORD = "glorb-of-the-";

  private Secrets() {}

  /** A text tells none. */
  static void assertNone(String where, String text) {
    assertThat(text).as(where).doesNotContain(WORD).doesNotContain(SecuredBroker.storePassword());
  }

  /** What others on this machine see of a run, and Flink's pages. */
  static void assertNone(RunInChild run) throws IOException, InterruptedException {
    assertNone("the command line", run.commandLine());
    for (String page : run.pages()) {
      assertNone("a page", page);
    }
  }

  /**
   * What the job and the commands have written: logs, checkpoints, savepoints, versions.
   *
   * @param work the directory of all of it, where the broker's files are in {@code secured}
   * @param own the test's file of secrets
   */
  static void assertNoneIn(Path work, Path own) throws IOException {
    try (Stream<Path> files = Files.walk(work)) {
      List<Path> written =
          files
              .filter(Files::isRegularFile)
              .filter(file -> !file.startsWith(work.resolve("secured")))
              .filter(file -> !file.equals(own))
              .toList();
      assertThat(written).anyMatch(file -> file.toString().contains("savepoint"));
      for (Path file : written) {
        assertNone(
            file.toString(), new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
  }
}
