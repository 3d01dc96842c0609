package io.sapflow.local.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.schema.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleFileTest {

  private static final String GOOD = "{\"prompt\":\"q\",\"completion\":\"a\"}";
  private static final String FORMS =
      "messages, conversations, prompt with completion or response, or instruction with output";
  private static final String RIGHT = "JSONL or a JSON array, of objects with " + FORMS;

  @TempDir Path directory;

  private Path file(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("mine.json"), bytes);
  }

  private Path file(String... lines) throws IOException {
    return file(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  private static List<FileEntry<FileExample>> entries(Path file) {
    List<FileEntry<FileExample>> entries = new ArrayList<>();
    try (RecordFile<FileExample> opened = ExampleFile.open(file)) {
      opened.forEachRemaining(entries::add);
    }
    return entries;
  }

  private static FileExample example(FileEntry<FileExample> entry) {
    assertThat(entry).isInstanceOf(FileEntry.Parsed.class);
    return ((FileEntry.Parsed<FileExample>) entry).value();
  }

  private static FileEntry.BadLine<FileExample> bad(FileEntry<FileExample> entry) {
    assertThat(entry).isInstanceOf(FileEntry.BadLine.class);
    return (FileEntry.BadLine<FileExample>) entry;
  }

  private static Message user(String text) {
    return new Message("user", text);
  }

  private static Message assistant(String text) {
    return new Message("assistant", text);
  }

  private static Message system(String text) {
    return new Message("system", text);
  }

  /** The message for a second line with this content, without file and line. */
  private String fault(String line) throws IOException {
    FileEntry.BadLine<FileExample> bad = bad(entries(file(GOOD, line)).get(1));
    assertThat(bad.number()).isEqualTo(2);
    assertThat(bad.bytes()).isEqualTo(line.getBytes(StandardCharsets.UTF_8));
    assertThat(bad.message()).startsWith(directory.resolve("mine.json") + ":2: ");
    return bad.message().substring(bad.message().indexOf(":2: ") + 4);
  }

  @Test
  void open_jsonlOfEveryForm_readsEachLine() throws Exception {
    List<FileExample> examples =
        entries(
                file(
                    "{\"id\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
                        + "{\"role\":\"user\",\"content\":\"q\"},"
                        + "{\"role\":\"assistant\",\"content\":\"a\"}],\"lang\":\"en\",\"n\":2}",
                    "{\"conversations\":[{\"from\":\"human\",\"value\":\"q\"},"
                        + "{\"from\":\"gpt\",\"value\":\"a\"}],\"system\":\"s\"}",
                    "{\"prompt\":\"q\",\"completion\":\"a\"}",
                    "{\"prompt\":\"q\",\"response\":\"a\",\"id\":7}",
                    "{\"prompt\":[{\"role\":\"system\",\"content\":\"s\"},"
                        + "{\"role\":\"user\",\"content\":\"q\"}],"
                        + "\"completion\":[{\"role\":\"assistant\",\"content\":\"a\"}]}",
                    "{\"instruction\":\"q\",\"input\":\"\",\"output\":\"a\"}",
                    "{\"instruction\":\"q\",\"input\":\"i\",\"output\":\"a\"}",
                    "{\"instruction\":\"q\",\"output\":\"a\",\"history\":[[\"q0\",\"a0\"]],"
                        + "\"system\":\"s\",\"attributes\":{\"part\":\"1\"}}"))
            .stream()
            .map(ExampleFileTest::example)
            .toList();
    assertThat(examples)
        .containsExactly(
            new FileExample(
                "m",
                List.of(system("s"), user("q"), assistant("a")),
                Map.of("lang", "en", "n", "2"),
                Set.of()),
            new FileExample(
                "2", List.of(system("s"), user("q"), assistant("a")), Map.of(), Set.of()),
            new FileExample("3", List.of(user("q"), assistant("a")), Map.of(), Set.of()),
            new FileExample("7", List.of(user("q"), assistant("a")), Map.of(), Set.of()),
            new FileExample(
                "5", List.of(system("s"), user("q"), assistant("a")), Map.of(), Set.of()),
            new FileExample("6", List.of(user("q"), assistant("a")), Map.of(), Set.of()),
            new FileExample("7", List.of(user("q\n\ni"), assistant("a")), Map.of(), Set.of()),
            new FileExample(
                "8",
                List.of(system("s"), user("q0"), assistant("a0"), user("q"), assistant("a")),
                Map.of("part", "1"),
                Set.of()));
  }

  @Test
  void open_jsonArray_readsElementsAcrossLines() throws Exception {
    List<FileEntry<FileExample>> entries =
        entries(
            file(
                "\uFEFF [",
                "  {",
                "    \"instruction\": \"say \\\"]},[{\\\\\",",
                "    \"output\": \"a\"",
                "  },",
                GOOD + ", " + GOOD,
                "]",
                ""));
    assertThat(entries).hasSize(3);
    assertThat(example(entries.get(0)).messages().get(0).getContent()).isEqualTo("say \"]},[{\\");
    assertThat(entries.stream().map(entry -> example(entry).id())).containsExactly("1", "2", "3");
  }

  @Test
  void open_brokenElement_isReportedAndTheRestIsRead() throws Exception {
    Path file = file("[", GOOD + ",", "{\"prompt\": \"x\" \"y\"},", "{\"prompt\":5},", GOOD, "]");
    List<FileEntry<FileExample>> entries = entries(file);
    assertThat(entries).hasSize(4);
    FileEntry.BadLine<FileExample> broken = bad(entries.get(1));
    assertThat(broken.message())
        .isEqualTo(
            file
                + ":3 (element 2): found no valid JSON (at its line 1, character 16), expected one"
                + " JSON object");
    assertThat(broken.bytes()).asString().isEqualTo("{\"prompt\": \"x\" \"y\"}");
    assertThat(bad(entries.get(2)).message())
        .isEqualTo(
            file + ":4 (element 3): found an object with the fields [prompt], expected " + FORMS);
    assertThat(example(entries.get(3)).id()).isEqualTo("4");
  }

  @Test
  void open_cutArray_reportsTheCut() throws Exception {
    Path file = file("[" + GOOD + ",", GOOD);
    List<FileEntry<FileExample>> entries = entries(file);
    assertThat(entries).hasSize(2);
    assertThat(bad(entries.get(1)).message())
        .isEqualTo(file + ":2 (element 2): the array does not end: the file seems to be cut");
    assertThat(bad(entries.get(1)).bytes()).asString().isEqualTo(GOOD);
    assertThat(bad(entries(file("[" + GOOD + ",")).get(1)).bytes()).isEmpty();
  }

  @Test
  void open_textAfterTheArray_isReported() throws Exception {
    Path file = file("[" + GOOD + ",]", GOOD);
    List<FileEntry<FileExample>> entries = entries(file);
    assertThat(entries).hasSize(2);
    assertThat(bad(entries.get(1)).message())
        .isEqualTo(file + ":2 (element 2): stands after the end of the array");
    assertThat(bad(entries.get(1)).bytes()).asString().isEqualTo(GOOD);
  }

  @Test
  void open_blankLinesAndCarriageReturns_keepLineNumbers() throws Exception {
    List<FileEntry<FileExample>> entries = entries(file("", GOOD + "\r", "  ", GOOD, "\r", "{"));
    assertThat(entries.stream().map(FileEntry::number)).containsExactly(2L, 4L, 6L);
    assertThat(example(entries.get(1)).id()).isEqualTo("4");
    assertThat(bad(entries.get(2)).message())
        .endsWith(":6: found JSON that does not end, expected one JSON object");
  }

  @Test
  void open_brokenLine_isReportedWithItsBytes() throws Exception {
    assertThat(fault("not json"))
        .isEqualTo("found no valid JSON (at its line 1, character 1), expected one JSON object");
    assertThat(fault("{\"a\":1} {}"))
        .isEqualTo("found no valid JSON (at its line 1, character 9), expected one JSON object");
    assertThat(fault("{\"prompt\":1,\"prompt\":2}"))
        .startsWith("found no valid JSON (at its line 1, character ");
    assertThat(fault("[1]")).isEqualTo("found a list, expected a JSON object");
    assertThat(fault("7")).isEqualTo("found a number, expected a JSON object");
    assertThat(fault("{\"text\":\"x\",\"a b\":1,\"n\":2}"))
        .isEqualTo("found an object with the fields [text, n], expected " + FORMS);
    assertThat(fault("{\"messages\":\"x\"}"))
        .isEqualTo("messages: found a text, expected a list of turns");
    assertThat(fault("{\"messages\":[{\"role\":\"user\"}]}"))
        .isEqualTo("messages[0].content: found nothing, expected a text");
    assertThat(fault("{\"messages\":[\"x\"]}"))
        .isEqualTo("messages[0].role: found nothing, expected a text");
    assertThat(fault("{\"conversations\":[{\"from\":\"gpt\",\"value\":[]}]}"))
        .isEqualTo("conversations[0].value: found a list, expected a text");
    assertThat(fault("{\"prompt\":\"x\",\"completion\":{}}"))
        .isEqualTo("completion: found an object, expected a text");
    assertThat(fault("{\"instruction\":3,\"output\":\"a\"}"))
        .isEqualTo("instruction: found a number, expected a text");
    assertThat(fault("{\"instruction\":\"q\",\"output\":\"a\",\"history\":\"x\"}"))
        .isEqualTo("history: found a text, expected a list of pairs");
    assertThat(fault("{\"instruction\":\"q\",\"output\":\"a\",\"history\":[[\"x\"]]}"))
        .isEqualTo("history[0][1]: found nothing, expected a text");
    assertThat(fault("{\"prompt\":\"x\",\"completion\":\"y\",\"id\":[]}"))
        .isEqualTo("id: found a list, expected a text or a number");
    assertThat(fault("{\"prompt\":\"\\ud83d\",\"completion\":\"y\"}"))
        .isEqualTo("prompt: found a lone surrogate, expected Unicode text");
    assertThat(fault("[".repeat(5000)))
        .isEqualTo(
            "found JSON nested too deep, or with a number or a name too long, expected one JSON"
                + " object");
  }

  @Test
  void open_bytesThatAreNotUtf8_areReported() throws Exception {
    byte[] bytes = (GOOD + "\n" + GOOD).getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 3] = (byte) 0xFF;
    FileEntry.BadLine<FileExample> bad = bad(entries(file(bytes)).get(1));
    assertThat(bad.message())
        .endsWith(":2: found bytes that are not UTF-8, expected JSON in UTF-8");
    assertThat(bad.bytes()).hasSize(GOOD.length()).contains(0xFF);
  }

  @Test
  void open_entryAboveTheLimit_isReportedAndCut() throws Exception {
    String longest = "x".repeat(RowSplitter.LONGEST + 5);
    List<FileEntry<FileExample>> entries = entries(file(GOOD, longest, GOOD));
    assertThat(bad(entries.get(1)).message())
        .endsWith(":2: found 16777221 bytes, expected at most 16777216");
    assertThat(bad(entries.get(1)).bytes()).hasSize(RowSplitter.KEPT);
    assertThat(example(entries.get(2)).id()).isEqualTo("3");
  }

  @Test
  void open_anyCutOrFlippedByte_endsWithoutError() throws Exception {
    byte[] whole =
        ("[" + GOOD + ",\n" + GOOD + ", {\"messages\":[{\"role\":\"user\",\"content\":\"é\"}]}]")
            .getBytes(StandardCharsets.UTF_8);
    int read = 0;
    for (int at = 0; at < whole.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] bytes = whole.clone();
        bytes[at] ^= (byte) (1 << bit);
        try {
          read += entries(file(bytes)).size();
        } catch (IllegalArgumentException e) {
          assertThat(e).hasMessageContaining("mine.json").hasMessageContaining(RIGHT);
        }
      }
    }
    assertThat(read).isGreaterThan(whole.length * 8);
  }

  @Test
  void open_fileThatCannotBeRead_isRefused() throws Exception {
    Path missing = directory.resolve("missing.json");
    assertThatThrownBy(() -> ExampleFile.open(missing))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(missing + ": no such file; expected " + RIGHT);
    assertThatThrownBy(() -> ExampleFile.open(directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(directory + ": it is a directory; expected " + RIGHT);
  }

  @Test
  void open_nothingRecognised_isRefused() throws Exception {
    for (String empty : List.of("", " \n\n", "[]", "[ , ]\n")) {
      Path file = file(empty);
      assertThatThrownBy(() -> ExampleFile.open(file))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(file + ": it holds no entry; expected " + RIGHT);
    }
    Path other = file("question,answer", "a,b");
    assertThatThrownBy(() -> ExampleFile.open(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            other
                + ":1: found no valid JSON (at its line 1, character 1), expected one JSON object;"
                + " no other entry of the file can be read either: it should be "
                + RIGHT);
  }
}
