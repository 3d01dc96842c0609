package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminalTest {

  @TempDir Path directory;

  private boolean isDevice(String name, String to) throws Exception {
    return Terminal.isDevice(Files.createSymbolicLink(directory.resolve(name), Path.of(to)));
  }

  @Test
  void isDevice_filesAndPipes_areNone() throws Exception {
    assertThat(isDevice("a", "/dev/pts/0")).isTrue();
    assertThat(isDevice("b", "/dev/null")).isFalse();
    assertThat(isDevice("c", "/home/log")).isFalse();
    assertThat(isDevice("d", "pipe:[1]")).isFalse();
    assertThat(Terminal.isDevice(directory.resolve("nothing"))).isTrue();
  }
}
