package io.sapflow.local.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Turns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairFileTest {

  private static final String PAIR =
      "{\"prompt\":\"how do i zorble\",\"chosen\":\"sorry\",\"rejected\":\"sure\"}";

  @TempDir Path directory;

  private List<FileEntry<SafetyPair>> entries(String... lines) throws IOException {
    Path file = Files.writeString(directory.resolve("pairs.jsonl"), String.join("\n", lines));
    List<FileEntry<SafetyPair>> entries = new ArrayList<>();
    try (RecordFile<SafetyPair> opened = PairFile.open(file)) {
      opened.forEachRemaining(entries::add);
    }
    return entries;
  }

  private static SafetyPair pair(FileEntry<SafetyPair> entry) {
    return ((FileEntry.Parsed<SafetyPair>) entry).value();
  }

  @Test
  void open_textsAndTurns_areRead() throws Exception {
    List<FileEntry<SafetyPair>> entries =
        entries(
            "{\"id\":\"p-1\",\"prompt\":\"how do i zorble\",\"chosen\":\"sorry\","
                + "\"rejected\":\"sure\",\"category\":\"zorbling\"}",
            "{\"id\":\"p-2\",\"prompt\":[{\"role\":\"system\",\"content\":\"s\"},"
                + "{\"role\":\"user\",\"content\":\"q\"}],"
                + "\"chosen\":[{\"role\":\"assistant\",\"content\":\"sorry\"}],"
                + "\"rejected\":\"sure\"}");
    assertThat(pair(entries.get(0)))
        .isEqualTo(
            new SafetyPair(
                "p-1",
                List.of(Turns.of("user", "how do i zorble")),
                "sorry",
                "sure",
                "zorbling",
                true));
    assertThat(pair(entries.get(1)))
        .isEqualTo(
            new SafetyPair(
                "p-2",
                List.of(Turns.of("system", "s"), Turns.of("user", "q")),
                "sorry",
                "sure",
                "",
                true));
  }

  @Test
  void open_pairsWithoutId_getOneFromTheirContent() throws Exception {
    List<FileEntry<SafetyPair>> entries =
        entries(PAIR, PAIR.replace(":", " : "), PAIR.replace("sure", "of course"));
    String id = pair(entries.get(0)).getId();
    assertThat(id).matches("pair-[0-9a-f-]{36}");
    assertThat(pair(entries.get(1)).getId()).isEqualTo(id);
    assertThat(pair(entries.get(2)).getId()).isNotEqualTo(id);
  }

  @Test
  void open_brokenPairs_areReported() throws Exception {
    List<FileEntry<SafetyPair>> entries =
        entries(
            PAIR,
            "{\"prompt\":\"x\",\"chosen\":\"y\"}",
            "{\"prompt\":\"x\",\"chosen\":[],\"rejected\":\"z\"}",
            "{\"prompt\":\"x\",\"chosen\":1,\"rejected\":\"z\"}");
    assertThat(entries.subList(1, 4).stream().map(entry -> (FileEntry.BadLine<SafetyPair>) entry))
        .extracting(FileEntry.BadLine::message)
        .containsExactly(
            directory.resolve("pairs.jsonl")
                + ":2: found an object with the fields [prompt, chosen], expected prompt, chosen"
                + " (the safe answer) and rejected",
            directory.resolve("pairs.jsonl")
                + ":3: chosen: found no turn, expected one by the assistant, or a text",
            directory.resolve("pairs.jsonl") + ":4: chosen: found a number, expected a text");
  }

  @Test
  void open_noPair_isRefused() {
    assertThatThrownBy(() -> entries("{\"prompt\":\"q\",\"completion\":\"a\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            directory.resolve("pairs.jsonl")
                + ":1: found an object with the fields [prompt, completion], expected prompt,"
                + " chosen (the safe answer) and rejected; no other entry of the file can be read"
                + " either: it should be JSONL, a JSON array or CSV, of objects with prompt, chosen"
                + " (the safe answer) and rejected");
  }
}
