package io.sapflow.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionRetentionTest {

  @TempDir Path root;

  private VersionRetention retention(String served) {
    return new VersionRetention(new LocalVersionFiles(root), 2, adapterId -> served);
  }

  private static String version(int step) {
    return step + "-0123456789ab";
  }

  private List<String> versions() throws IOException {
    return new AdapterVersions(new LocalVersionFiles(root)).list("helper");
  }

  private void write(int count) throws IOException {
    for (int step = 0; step < count; step++) {
      Path directory = Files.createDirectories(root.resolve("helper").resolve(version(step)));
      Files.writeString(directory.resolve("manifest.json"), "{}");
    }
  }

  @Test
  void expire_newestServedPinnedAndNeeded_stay() throws IOException {
    write(8);
    VersionRetention retention = retention(version(1));
    retention.pin("savepoint-1", Map.of("helper", List.of(version(2)), "other", List.of("x")));
    assertThat(retention.expire("helper", 7, Set.of(version(3))))
        .containsExactly(version(0), version(4), version(5));
    assertThat(versions())
        .containsExactly(version(1), version(2), version(3), version(6), version(7));
    assertThat(retention.expired()).isEqualTo(3);
    assertThat(retention.expire("helper", 7, Set.of(version(3)))).isEmpty();
    assertThat(retention.expired()).isEqualTo(3);
  }

  @Test
  void expire_pinTakenBack_letsItsVersionsGo() throws IOException {
    write(4);
    VersionRetention retention = retention(null);
    retention.pin("savepoint-1", Map.of("helper", List.of(version(0))));
    retention.pin("savepoint-2", Map.of("helper", List.of(version(1))));
    assertThat(retention.expire("helper", 9, Set.of())).isEmpty();
    retention.unpin("savepoint-1");
    retention.unpin("savepoint-1");
    assertThat(retention.expire("helper", 9, Set.of())).containsExactly(version(0));
    // As a person does who has deleted the savepoint.
    Files.delete(root.resolve(".savepoints/savepoint-2.json"));
    assertThat(retention.expire("helper", 9, Set.of())).containsExactly(version(1));
  }

  @Test
  void expire_pinOfAnotherProcess_isSeen() throws IOException {
    write(4);
    VersionRetention retention = retention(null);
    assertThat(retention.expire("helper", 0, Set.of())).isEmpty();
    retention(null).pin("savepoint-1", Map.of("helper", List.of(version(0))));
    assertThat(retention.expire("helper", 9, Set.of())).containsExactly(version(1));
  }

  @Test
  void expire_pinThatCannotBeRead_deletesNothing() throws IOException {
    write(4);
    Path pins = Files.createDirectories(root.resolve(".savepoints"));
    for (String broken : List.of("{\"helper\": [", "", "{}", "[]")) {
      Files.writeString(pins.resolve("savepoint-1.json"), broken);
      assertThatThrownBy(() -> retention(null).expire("helper", 9, Set.of()))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(".savepoints/savepoint-1.json: ")
          .hasMessageEndingWith("repair it, or delete it if its savepoint is gone");
    }
    assertThat(versions()).hasSize(4);
  }
}
