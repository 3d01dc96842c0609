package io.sapflow.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.model.ModelException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
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

  @Test
  void createNew_whereThereIsOne_changesNothing() throws IOException {
    assertThat(files.createNew("a/one", new byte[] {1})).isTrue();
    assertThat(files.createNew("a/one", new byte[] {2})).isFalse();
    assertThat(files.open("a/one").readAllBytes()).containsExactly(1);
  }

  @Test
  void everythingWritten_isItsOwnersAlone() throws IOException {
    write("a/b/one", 7);
    files.replace("a/two", new byte[] {1});
    files.createNew("c/three", new byte[] {1});
    try (Stream<Path> all = Files.walk(temp.resolve("root"))) {
      for (Path each : all.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
            .as("%s", each)
            .isEqualTo(Files.isDirectory(each) ? "rwx------" : "rw-------");
      }
    }
  }

  @Test
  void links_devicesAndPipes_areNotRead() throws Exception {
    write("a/one", 7);
    Path a = temp.resolve("root/a");
    Path outside = Files.write(temp.resolve("outside"), new byte[] {9});
    Files.createSymbolicLink(a.resolve("zero"), Path.of("/dev/zero"));
    Files.createSymbolicLink(a.resolve("soft"), outside);
    Files.createSymbolicLink(a.resolve("inner"), a.resolve("one"));
    Files.createSymbolicLink(temp.resolve("root/linked"), a);
    Files.createLink(a.resolve("hard"), outside);
    assertThat(new ProcessBuilder("mkfifo", a.resolve("pipe").toString()).start().waitFor())
        .isZero();
    Map<String, String> found =
        Map.of(
            "a/zero", "found a link, expected a plain file",
            "a/soft", "found a link, expected a plain file",
            "a/inner", "found a link, expected a plain file",
            "linked/one", "found a link, expected a directory: what a store holds lies in it",
            "a/hard",
                "found a file with another name elsewhere, expected a file of the store alone",
            "a/pipe", "found a device or pipe, expected a plain file",
            "a", "found a directory, expected a plain file");
    found.forEach(
        (path, what) -> {
          assertThatThrownBy(() -> files.open(path))
              .isInstanceOf(ModelException.class)
              .hasMessageEndingWith(": " + what);
          assertThatThrownBy(() -> files.size(path)).isInstanceOf(ModelException.class);
        });
    assertThat(files.size("a/one")).isEqualTo(1);
  }

  @Test
  void writing_overALink_leavesWhatItLeadsToAlone() throws IOException {
    Path outside = Files.write(temp.resolve("outside"), new byte[] {9});
    Files.createDirectories(temp.resolve("root"));
    Files.createSymbolicLink(temp.resolve("root/promoted"), outside);
    assertThatThrownBy(() -> write("promoted", 1)).isInstanceOf(IOException.class);
    files.replace("promoted", new byte[] {1});
    assertThat(files.open("promoted").readAllBytes()).containsExactly(1);
    Files.createSymbolicLink(temp.resolve("root/dangling"), temp.resolve("nowhere"));
    files.delete("dangling");
    assertThat(files.list("")).containsExactly("promoted");
    assertThat(outside).hasBinaryContent(new byte[] {9});
  }

  private void write(String path, int value) throws IOException {
    try (OutputStream out = files.create(path)) {
      out.write(value);
    }
  }
}
