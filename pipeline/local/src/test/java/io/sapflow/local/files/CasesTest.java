package io.sapflow.local.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.schema.Message;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.ToolCall;
import io.sapflow.schema.Turns;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose fields were once passed over in silence, or told by another name than the file's. */
class CasesTest {

  private static final String ORDER =
      " (one system turn may stand first, then user and assistant in turn; tool turns stand between"
          + " two of the assistant's)";

  @TempDir Path directory;

  private Path copy(String name) throws IOException {
    Path file = directory.resolve(Path.of(name).getFileName());
    try (InputStream in = CasesTest.class.getResourceAsStream("/cases/" + name)) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  private static <T> List<T> parsed(RecordFile<T> file) {
    return RecordLists.all(file);
  }

  /** What is said of each row: nothing, or its fault without the file's name. */
  private List<String> faults(String name) throws IOException {
    Path path = copy(name);
    List<String> faults = new ArrayList<>();
    try (RecordFile<FileExample> file = ExampleFile.open(path)) {
      file.forEachRemaining(
          entry ->
              faults.add(
                  entry instanceof FileEntry.BadLine<FileExample> bad
                      ? bad.message().substring(path.toString().length() + 1)
                      : ""));
    }
    return faults;
  }

  private static Message assistant(String content, Integer weight) {
    return new Message("assistant", content, true, List.of(), "", "", "", weight);
  }

  @Test
  void toolCalls_reasoningAndTools_areRead() throws Exception {
    String tools =
        "[{\"type\":\"function\",\"function\":{\"name\":\"find_toy\",\"description\":\"look for a"
            + " toy\",\"parameters\":{\"type\":\"object\",\"properties\":{\"toy\":{\"type\":"
            + "\"string\"}}}}}]";
    FileExample one = ExampleFile.one(copy("tool-calls/one-call.json"));
    assertThat(one.tools()).isEqualTo(tools);
    assertThat(one.unknownFields()).isEmpty();
    ToolCall call = new ToolCall("c1", "find_toy", "\"{\\\"toy\\\":\\\"hat\\\"}\"");
    assertThat(one.messages())
        .containsExactly(
            Turns.of("user", "where is the hat 0"),
            new Message("assistant", "I will look.", true, List.of(call), "", "", "hm", null));
    List<FileExample> rows = parsed(ExampleFile.open(copy("tool-calls/rows.jsonl")));
    assertThat(rows).hasSize(4);
    assertThat(rows).allSatisfy(row -> assertThat(row.tools()).isEqualTo(tools));
    assertThat(rows).allSatisfy(row -> assertThat(row.unknownFields()).isEmpty());
    assertThat(rows.get(0).messages().get(2))
        .isEqualTo(new Message("tool", "in the box", true, List.of(), "c1", "", "", null));
  }

  @Test
  void weights_areReadByTurn() throws Exception {
    List<FileExample> rows = parsed(ExampleFile.open(copy("turn-weights/rows.jsonl")));
    assertThat(rows).hasSize(3);
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.messages().get(1)).isEqualTo(assistant("bad bad bad", 0));
              assertThat(row.messages().get(3)).isEqualTo(assistant("The sun is nice.", 1));
              assertThat(row.unknownFields()).isEmpty();
            });
    List<FileExample> masked = parsed(ExampleFile.open(copy("turn-weights/loss-mask.jsonl")));
    assertThat(masked.get(0).messages().get(1)).isEqualTo(assistant("ignore me", 0));
    assertThat(masked.get(0).messages().get(3)).isEqualTo(assistant("learn me", 1));
    assertThat(masked.get(1).messages().get(1)).isEqualTo(assistant("a", 0));
    assertThat(masked.get(1).messages().get(3)).isEqualTo(Turns.of("assistant", "b"));
    assertThat(masked).allSatisfy(row -> assertThat(row.unknownFields()).isEmpty());
  }

  @Test
  void badAnswersOfKto_areRefusedByLine() throws Exception {
    Path file = copy("turn-weights/kto.jsonl");
    assertThatThrownBy(() -> ExampleFile.open(file))
        .hasMessageStartingWith(
            file
                + ":1: label: found false, which says that the answer is bad; nothing of the row is"
                + " to be learnt, expected rows with true");
  }

  @Test
  void systemOfPairsAndPrompts_isKept() throws Exception {
    List<SafetyPair> pairs = parsed(PairFile.open(copy("pairs-system/pairs.jsonl")));
    assertThat(pairs).hasSize(3);
    assertThat(pairs.get(0).getPrompt())
        .containsExactly(Turns.of("system", "Be nice."), Turns.of("user", "break the toy 0"));
    List<ProbePrompt> prompts = parsed(PromptFile.open(copy("pairs-system/prompts.jsonl")));
    assertThat(prompts)
        .allSatisfy(
            prompt ->
                assertThat(prompt.getPrompt().get(0))
                    .isEqualTo(Turns.of("system", "You are a pirate.")));
    assertThat(prompts.get(0).getPrompt().get(1)).isEqualTo(Turns.of("user", "break the sail"));
  }

  @Test
  void conversationsAsAnswers_withAndWithoutAPrompt_areRead() throws Exception {
    List<SafetyPair> feedback = parsed(PairFile.open(copy("pairs-system/a-ultrafeedback.jsonl")));
    assertThat(feedback).hasSize(3);
    assertThat(feedback.get(1).getPrompt()).containsExactly(Turns.of("user", "break the box 1"));
    assertThat(feedback.get(1).getSafe()).isEqualTo("No, that is not nice.");
    assertThat(feedback.get(1).getHarmful()).isEqualTo("Ok! I hit it.");
    List<SafetyPair> implicit = parsed(PairFile.open(copy("pairs-system/c-trl-implicit.jsonl")));
    assertThat(implicit).hasSize(3);
    assertThat(implicit.get(2).getPrompt()).containsExactly(Turns.of("user", "break the cat 2"));
    assertThat(implicit.get(2).getSafe()).isEqualTo("No.");
    assertThat(implicit.get(2).getHarmful()).isEqualTo("Ok!");
  }

  @Test
  void shareGptsTurns_areReadOrNamedAsTheFileDoes() throws Exception {
    String authors =
        ", expected human, user, gpt, assistant, chatgpt, model, system, function_call, observation"
            + " or tool";
    assertThat(faults("unclear-errors/sharegpt.jsonl"))
        .containsExactly(
            "",
            "",
            "",
            "",
            "5: conversations[0].from: found human in another spelling" + authors,
            "6: conversations[1].from: found another text of 4 characters" + authors,
            "7: conversations[0].from: found gpt, expected human" + ORDER,
            "");
    try (RecordFile<FileExample> file = ExampleFile.open(copy("unclear-errors/sharegpt.jsonl"))) {
      file.next();
      FileExample called = ((FileEntry.Parsed<FileExample>) file.next()).value();
      assertThat(called.messages())
          .containsExactly(
              Turns.of("user", "find the ball"),
              new Message(
                  "assistant",
                  "",
                  false,
                  List.of(new ToolCall("", "find", "{}")),
                  "",
                  "",
                  "",
                  null),
              Turns.of("tool", "box"),
              Turns.of("assistant", "in the box"));
      assertThat(called.tools()).isEmpty();
    }
  }

  @Test
  void duplicateKey_isNamedWithItsLine() throws Exception {
    assertThat(faults("unclear-errors/n-dup-key.jsonl"))
        .containsExactly(
            "1: found the field messages[1].content for the second time (at its line 1, character"
                + " 87), expected each field once",
            "");
  }
}
