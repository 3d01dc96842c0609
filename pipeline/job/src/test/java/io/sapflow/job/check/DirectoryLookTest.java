package io.sapflow.job.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLookTest {

  @TempDir Path dir;

  private static Finding look(Path at, boolean elsewhere) {
    return DirectoryLook.at(at.toUri().toString(), "a directory", elsewhere);
  }

  @Test
  void at_directory_isWrittenAndRead_andLeftAsItWas() {
    Finding finding = look(dir, false);
    assertThat(finding.ok()).as(finding.found()).isTrue();
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void at_directoryThatIsNotThere_isNotMade() {
    Path missing = dir.resolve("a/b");
    Finding finding = look(missing, false);
    assertThat(finding.ok()).isTrue();
    assertThat(finding.found()).endsWith("is not there yet and can be made in " + dir);
    assertThat(dir.resolve("a")).doesNotExist();
    assertThat(look(missing, true).outcome()).isEqualTo(Finding.Outcome.UNSEEN);
  }

  @Test
  void at_fileInThePlaceOfADirectory_isAFault() throws IOException {
    Path file = Files.createFile(dir.resolve("file"));
    assertThat(look(file, false))
        .returns(Finding.Outcome.FAULT, Finding::outcome)
        .returns(file.toUri() + ", but " + file + " is no directory", Finding::found);
    assertThat(look(file.resolve("below"), false).outcome()).isEqualTo(Finding.Outcome.FAULT);
  }

  @Test
  void at_fileSystemThatIsUnknownHere_isAFault_andAWarningWhereTheTasksAreElsewhere() {
    assertThat(DirectoryLook.at("nowhere://x/y", "a directory", false).outcome())
        .isEqualTo(Finding.Outcome.FAULT);
    assertThat(DirectoryLook.at("nowhere://x/y", "a directory", true).outcome())
        .isEqualTo(Finding.Outcome.WARNING);
  }
}
