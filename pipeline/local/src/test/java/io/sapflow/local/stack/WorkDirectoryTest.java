package io.sapflow.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.kafka.StackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryTest {
  @TempDir Path parent;

  @Test
  void close_ownedChildren_lastFirstThenTheTree() throws Exception {
    List<String> closed = new ArrayList<>();
    WorkDirectory work = WorkDirectory.createIn(parent.resolve("made"));
    Files.createDirectories(work.resolve("a/b"));
    Files.writeString(work.resolve("a/b/file"), "x");
    work.own(() -> closed.add("broker " + Files.exists(work.path())));
    work.own(() -> closed.add("cluster"));
    work.close();
    work.close();
    assertThat(closed).containsExactly("cluster", "broker true");
    assertThat(parent.resolve("made")).isEmptyDirectory();
  }

  @Test
  void close_childThatThrows_othersStillClosed() throws IOException {
    List<String> closed = new ArrayList<>();
    WorkDirectory work = WorkDirectory.createIn(parent);
    work.own(() -> closed.add("first"));
    work.own(
        () -> {
          throw new IOException("no");
        });
    work.close();
    assertThat(closed).containsExactly("first");
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void close_linkInside_leavesItsTarget() throws IOException {
    Path kept = Files.writeString(parent.resolve("kept"), "x");
    WorkDirectory work = WorkDirectory.createIn(parent);
    Files.createSymbolicLink(work.resolve("link"), parent);
    work.close();
    assertThat(parent).isDirectoryContaining(kept::equals);
  }

  @Test
  void own_afterClose_closesTheChildAndRefuses() {
    List<String> closed = new ArrayList<>();
    WorkDirectory work = WorkDirectory.createIn(parent);
    work.close();
    assertThatThrownBy(() -> work.own(() -> closed.add("late")))
        .isInstanceOf(StackException.class)
        .hasMessage("the run has ended: " + work.path() + " is deleted");
    assertThat(closed).containsExactly("late");
  }

  @Test
  void createIn_file_saysWhere() throws IOException {
    Path file = Files.createFile(parent.resolve("file"));
    assertThatThrownBy(() -> WorkDirectory.createIn(file))
        .isInstanceOf(StackException.class)
        .hasMessageStartingWith("no work directory can be made in " + file);
  }
}
