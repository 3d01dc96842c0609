package io.sapflow.local.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordFileTest {

  private static final String GOOD = "{\"prompt\":\"q\",\"completion\":\"a\"}";

  @TempDir Path directory;

  private RecordFile<FileExample> open(String... lines) {
    try {
      return ExampleFile.open(
          Files.writeString(directory.resolve("x.jsonl"), String.join("\n", lines)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String digest(int rows, String... lines) {
    try (RecordFile<FileExample> file = open(lines)) {
      for (int i = 0; i < rows; i++) {
        file.skip();
      }
      assertThat(file.place().rows()).isEqualTo(rows);
      return file.place().sha256();
    }
  }

  @Test
  void place_isOfTheRowsSoFar_whateverStandsBehind() {
    String two = digest(2, GOOD, "bad", GOOD);
    assertThat(digest(2, GOOD, "bad")).isEqualTo(two);
    assertThat(digest(2, GOOD, "bad", "other")).isEqualTo(two);
    Set<String> others =
        new HashSet<>(
            List.of(
                digest(1, GOOD, "bad"),
                digest(2, GOOD, "bat"),
                digest(2, GOOD, "", "bad"),
                digest(2, GOOD + " ", "bad"),
                digest(2, "[", GOOD, ",", GOOD, "]"),
                two));
    assertThat(others).hasSize(6);
    try (RecordFile<FileExample> read = open(GOOD, "bad", GOOD)) {
      read.next();
      read.next();
      assertThat(read.place().sha256()).isEqualTo(two);
      assertThat(read.next().number()).isEqualTo(3);
    }
  }

  @Test
  void share_growsToOne() {
    String[] lines = IntStream.range(0, 20_000).mapToObj(i -> GOOD).toArray(String[]::new);
    try (RecordFile<FileExample> file = open(lines)) {
      double before = 0;
      while (file.hasNext()) {
        file.skip();
        assertThat(file.share()).isBetween(before, 1.0);
        before = file.share();
      }
      assertThat(before).isEqualTo(1);
    }
  }

  @Test
  void checked_unknownField_isRefusedIfStrict() throws Exception {
    FileExample example = new FileExample("1", List.of(), Map.of(), Set.of("b", "a"));
    assertThat(Reading.PLAIN.checked(example)).isEqualTo(example);
    assertThatThrownBy(() -> new Reading(FieldMap.NONE, true).checked(example))
        .isInstanceOf(BadRowException.class)
        .hasMessage("found the field(s) [a, b], expected only fields that are used (--strict)");
  }

  @Test
  void unknownFields_areCountedByName_andBounded() {
    UnknownFields unknown = new UnknownFields();
    unknown.add(Set.of("b", "a"));
    unknown.add(Set.of("b"));
    unknown.add(Set.of());
    assertThat(unknown.rows()).isEqualTo(Map.of("a", 1L, "b", 2L));
    try (RecordFile<FileExample> file = open(GOOD)) {
      assertThat(unknown.lines(file))
          .containsExactly(
              file.name() + ": unknown field b in 2 rows: not used",
              file.name() + ": unknown field a in 1 rows: not used");
    }
    for (int i = 0; i < 1_000; i++) {
      unknown.add(Set.of("x" + i, "y" + i));
    }
    assertThat(unknown.rows()).hasSize(101).containsEntry("b", 2L).containsEntry("(others)", 951L);
    unknown = new UnknownFields();
    unknown.add(Set.of("\u001b[2J" + "z".repeat(99)));
    assertThat(unknown.rows().keySet().stream().collect(Collectors.joining()))
        .startsWith("?[2Jzz")
        .hasSize(67);
  }
}
