package io.sapflow.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalVersionFilesTest {
  @TempDir Path temp;
  private LocalVersionFiles files;

  @BeforeEach
  void open() {
    files = new LocalVersionFiles(temp.resolve("root"));
  }

  @Test
  void create_inANewDirectory_canBeReadListedAndDeleted() throws IOException {
    write("a/b/one", 7);
    write("a/b/.two", 8);
    assertThat(files.list("a/b")).containsExactly(".two", "one");
    assertThat(files.open("a/b/one").readAllBytes()).containsExactly(7);
    files.delete("a");
    assertThat(files.exists("a/b/one")).isFalse();
    assertThat(files.list("a")).isEmpty();
    files.delete("a");
  }

  @Test
  void rename_toATakenName_isRefused() throws IOException {
    write("a/one", 1);
    write("a/two", 2);
    assertThatThrownBy(() -> files.rename("a/one", "a/two"))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(files.open("a/two").readAllBytes()).containsExactly(2);
  }

  @Test
  void anyCall_pathOutOfTheRoot_isRefused() {
    assertThatThrownBy(() -> files.delete("../other"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("../other leads out of the store");
  }

  private void write(String path, int value) throws IOException {
    try (OutputStream out = files.create(path)) {
      out.write(value);
    }
  }
}
