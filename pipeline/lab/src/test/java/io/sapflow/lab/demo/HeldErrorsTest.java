package io.sapflow.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldErrorsTest {
  @TempDir Path dir;

  @Test
  void open_untilClosed_keepsStandardErrorInTheFile() throws Exception {
    Path file = dir.resolve("stderr");
    try (HeldErrors held = HeldErrors.open(file)) {
      write("held\n");
      assertThat(held).isNotNull();
      assertThat(Files.readString(file)).isEqualTo("held\n");
    }
    write("not held\n");
    assertThat(Files.readString(file)).isEqualTo("held\n");
  }

  /** Past {@code System.err}, as native code does. */
  private static void write(String text) throws Exception {
    // Not closed: that would close standard error.
    FileOutputStream out = new FileOutputStream(FileDescriptor.err);
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
