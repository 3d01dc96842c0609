package io.sapflow.ops.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeDirectoryTest {
  @TempDir Path temp;

  private static void one(Path directory) throws IOException {
    Files.writeString(directory.resolve("one"), "1");
  }

  private static void oneAndFail(Path directory) throws IOException {
    one(directory);
    throw new IOException("no space");
  }

  @Test
  void write_newDirectory_appearsAtTheEndAndAlone() throws IOException {
    Path out = temp.resolve("a/out");
    WholeDirectory.write(
        out,
        made -> {
          one(made);
          assertThat(out).doesNotExist();
        });
    assertThat(out.resolve("one")).hasContent("1");
    assertThat(temp.resolve("a")).isDirectoryNotContaining(path -> !path.equals(out));
    assertThat(Files.getPosixFilePermissions(out))
        .isEqualTo(Files.getPosixFilePermissions(temp.resolve("a")));
  }

  @Test
  void write_emptyDirectory_isFilled() throws IOException {
    Object key = Files.readAttributes(temp, "unix:ino").get("ino");
    WholeDirectory.write(temp, WholeDirectoryTest::one);
    assertThat(temp).isDirectoryNotContaining(path -> !path.endsWith("one"));
    assertThat(Files.readAttributes(temp, "unix:ino").get("ino")).isEqualTo(key);
  }

  @Test
  void write_failure_leavesNothing() {
    assertThatThrownBy(
            () -> WholeDirectory.write(temp.resolve("out"), WholeDirectoryTest::oneAndFail))
        .hasMessage("no space");
    assertThatThrownBy(() -> WholeDirectory.write(temp, WholeDirectoryTest::oneAndFail))
        .hasMessage("no space");
    assertThat(temp).isEmptyDirectory();
  }
}
