package io.sapflow.local.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
          Files.writeString(directory.resolve("x.jsonl"), String.join("\n", lines) + "\n"));
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

  /** How far a file is that was read to its end. */
  private FilePlace place(String name, String content) throws IOException {
    try (RecordFile<FileExample> file =
        ExampleFile.open(Files.writeString(directory.resolve(name), content))) {
      file.forEachRemaining(entry -> {});
      return file.place();
    }
  }

  @Test
  void place_lastRowThatIsHalfWritten_isNotInIt() throws Exception {
    FilePlace one = place("x.jsonl", GOOD + "\n");
    assertThat(one.rows()).isEqualTo(1);
    for (int half = 1; half < GOOD.length(); half++) {
      assertThat(place("x.jsonl", GOOD + "\n" + GOOD.substring(0, half))).isEqualTo(one);
    }
    FilePlace two = place("x.jsonl", GOOD + "\n" + GOOD + "\n");
    assertThat(place("x.jsonl", GOOD + "\n" + GOOD)).isEqualTo(two);
    assertThat(place("x.jsonl", GOOD + "\r\n" + GOOD + "\r\n")).isEqualTo(two);
    assertThat(place("x.jsonl", GOOD + "\nbad\n").rows()).isEqualTo(2);
  }

  @Test
  void place_arrayThatIsCut_isOfItsWholeElements() throws Exception {
    FilePlace one = place("x.json", "[" + GOOD + "\n]");
    assertThat(place("x.json", "[" + GOOD + ",\n" + GOOD)).isEqualTo(one);
    assertThat(place("x.json", "[" + GOOD + ", \n")).isEqualTo(one);
    assertThat(place("x.json", "[" + GOOD + "\n]behind")).isEqualTo(one);
    assertThat(place("x.json", "[" + GOOD + ",\n" + GOOD + "\n]").rows()).isEqualTo(2);
  }

  @Test
  void place_lastRowOfCsvWithoutAllItsCells_isNotInIt() throws Exception {
    String head = "prompt,completion\nq,a\n";
    FilePlace one = place("x.csv", head);
    assertThat(one.rows()).isEqualTo(1);
    assertThat(place("x.csv", head + "q")).isEqualTo(one);
    assertThat(place("x.csv", head + "q,\"a")).isEqualTo(one);
    FilePlace two = place("x.csv", head + "q,\"a\"\n");
    assertThat(two.rows()).isEqualTo(2);
    assertThat(place("x.csv", head + "q,a")).isEqualTo(two);
    assertThat(place("x.csv", head + "q\n").rows()).isEqualTo(2);
    assertThat(place("x.csv", head + "q\nq,a\n").rows()).isEqualTo(3);
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

  /** Rows of a form that knows neither of the fields a and b. */
  private RecordFile<FileExample> withUnknown(boolean strict) throws IOException {
    String known = "{\"prompt\":\"p\",\"completion\":\"c\"";
    Path file =
        Files.writeString(
            directory.resolve("u.jsonl"),
            known + ",\"a\":1,\"b\":1}\n" + known + ",\"b\":1}\n" + known + "}\n");
    return ExampleFile.open(file, new Reading(FieldMap.NONE, strict));
  }

  @Test
  void unknownFields_areCountedOnce_andNamedAtTheEnd() throws Exception {
    try (RecordFile<FileExample> file = withUnknown(false)) {
      file.forEachRemaining(entry -> assertThat(entry).isInstanceOf(FileEntry.Parsed.class));
      assertThat(file.unknown().counts()).isEqualTo(Map.of("a", 1L, "b", 2L));
      assertThat(file.notes())
          .containsExactly(
              file.name() + ": unknown field b in 2 rows: not used",
              file.name() + ": unknown field a in 1 rows: not used");
    }
  }

  @Test
  void all_tellsWhatIsNotUsed() throws Exception {
    List<String> notes = new ArrayList<>();
    assertThat(RecordLists.all(withUnknown(false), notes::add)).hasSize(3);
    assertThat(notes)
        .containsExactly(
            directory.resolve("u.jsonl") + ": unknown field b in 2 rows: not used",
            directory.resolve("u.jsonl") + ": unknown field a in 1 rows: not used");
  }

  @Test
  void unknownFields_strict_areRefusedWithTheirLine() throws Exception {
    try (RecordFile<FileExample> file = withUnknown(true)) {
      assertThat(((FileEntry.BadLine<FileExample>) file.next()).message())
          .isEqualTo(
              file.name()
                  + ":1: found the field(s) a, b, expected only fields that are used (--strict)");
      assertThat(file.next()).isInstanceOf(FileEntry.BadLine.class);
      assertThat(file.next()).isInstanceOf(FileEntry.Parsed.class);
      assertThat(file.unknown().counts()).isEqualTo(Map.of("a", 1L, "b", 2L));
    }
  }

  @Test
  void unknownFields_ofAnyNumberAndName_takeBoundedMemory() {
    UnknownFields unknown = new UnknownFields();
    for (int i = 0; i < 1_000; i++) {
      unknown.add(Set.of("x" + i, "y" + i));
    }
    assertThat(unknown.counts()).hasSize(101).containsEntry("(others)", 950L);
    unknown = new UnknownFields();
    unknown.add(Set.of("\u001b[2J" + "z".repeat(99)));
    assertThat(unknown.counts().keySet().stream().collect(Collectors.joining()))
        .startsWith("?[2Jzz")
        .hasSize(67);
  }
}
