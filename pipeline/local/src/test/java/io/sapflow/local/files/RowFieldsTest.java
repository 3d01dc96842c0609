package io.sapflow.local.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.local.files.KnownFields.Form;
import io.sapflow.schema.Message;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.ToolCall;
import io.sapflow.schema.Turns;
import io.sapflow.testing.GeneratedDocs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every field is honoured, refused by its name, or told as unknown. */
class RowFieldsTest {

  private static final String ASKS = "{\"role\":\"user\",\"content\":\"q\"}";
  private static final String ANSWERS = "{\"role\":\"assistant\",\"content\":\"a\"}";
  private static final String GOOD = "{\"messages\":[" + ASKS + "," + ANSWERS + "]}";

  /** A row of each form, to which fields are added. */
  private static final Map<Form, String> ROWS =
      Map.ofEntries(
          Map.entry(Form.MESSAGES, "\"messages\":[" + ASKS + "," + ANSWERS + "]"),
          Map.entry(
              Form.CONVERSATIONS,
              "\"conversations\":[{\"from\":\"human\",\"value\":\"q\"},{\"from\":\"gpt\","
                  + "\"value\":\"a\"}]"),
          Map.entry(Form.COMPLETION, "\"prompt\":\"q\",\"completion\":\"a\""),
          Map.entry(Form.ALPACA, "\"instruction\":\"q\",\"output\":\"a\""),
          Map.entry(Form.PAIR, "\"prompt\":\"q\",\"chosen\":\"no\",\"rejected\":\"yes\""),
          Map.entry(
              Form.PAIR_IMPLICIT,
              "\"chosen\":\"\\n\\nHuman: q\\n\\nAssistant: no\",\"rejected\":\"\\n\\nHuman:"
                  + " q\\n\\nAssistant: yes\""),
          Map.entry(
              Form.PAIR_CONVERSATIONS,
              "\"conversations\":[{\"from\":\"human\",\"value\":\"q\"}],\"chosen\":{\"from\":"
                  + "\"gpt\",\"value\":\"no\"},\"rejected\":{\"from\":\"gpt\",\"value\":\"yes\"}"),
          Map.entry(
              Form.PAIR_ALPACA, "\"instruction\":\"q\",\"chosen\":\"no\",\"rejected\":\"yes\""),
          Map.entry(Form.PROMPT_KIND, "\"prompt\":\"q\",\"kind\":\"harmful\""),
          Map.entry(Form.PROMPT_GOAL, "\"goal\":\"q\""),
          Map.entry(Form.PROMPT_LABEL, "\"prompt\":\"q\",\"label\":\"unsafe\""));

  @TempDir Path directory;

  private Path file(String... lines) throws IOException {
    return Files.writeString(directory.resolve("mine.jsonl"), String.join("\n", lines));
  }

  private static RecordFile<?> open(Form form, Path file) {
    return form.isExample()
        ? ExampleFile.open(file)
        : form.name().startsWith("PAIR") ? PairFile.open(file) : PromptFile.open(file);
  }

  /** What is said of a row, without file and line; empty if it was read. */
  private String fault(Form form, String row) throws IOException {
    String good = "{" + ROWS.get(form) + "}";
    try (RecordFile<?> file = open(form, file(good, row))) {
      file.next();
      return file.next() instanceof FileEntry.BadLine<?> bad
          ? bad.message().substring(bad.message().indexOf(":2: ") + 4)
          : "";
    }
  }

  private String fault(String row) throws IOException {
    return fault(Form.MESSAGES, row);
  }

  private String messages(String... turns) throws IOException {
    return fault("{\"messages\":[" + String.join(",", turns) + "]}");
  }

  private FileExample example(String row) throws IOException {
    return RecordLists.all(ExampleFile.open(file(row))).get(0);
  }

  private SafetyPair pair(String row) throws IOException {
    return RecordLists.all(PairFile.open(file(row))).get(0);
  }

  @ParameterizedTest
  @EnumSource
  void unknownField_isTold_andMetadataIsNot(Form form) throws Exception {
    String text = "{" + ROWS.get(form) + ",\"frob\":{\"a\":1},\"url\":\"u\",\"empty\":null}";
    JsonRow row = JsonRow.parse(1, text.getBytes(StandardCharsets.UTF_8));
    if (form.isExample()) {
      assertThat(ExampleFile.read(row).unknownFields()).containsExactly("frob");
    } else if (form.name().startsWith("PAIR")) {
      PairFile.read(row);
    } else {
      PromptFile.read(row);
    }
    assertThat(row.unknown()).containsExactly("frob");
  }

  @ParameterizedTest
  @EnumSource
  void everyFieldThatCannotBeHonoured_isRefusedByName(Form form) throws IOException {
    List<Map<String, String>> lists = new ArrayList<>();
    lists.add(KnownFields.REFUSED_IN_ROWS);
    if (!form.isExample()) {
      lists.add(KnownFields.REFUSED_IN_PAIRS_AND_PROMPTS);
    }
    for (Map<String, String> list : lists) {
      for (Map.Entry<String, String> field : list.entrySet()) {
        String row = "{" + ROWS.get(form) + ",\"" + field.getKey() + "\":[1]}";
        assertThat(fault(form, row))
            .isEqualTo(field.getKey() + ": found one, expected " + field.getValue());
        assertThat(fault(form, row.replace("[1]", "[]"))).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @FieldSource("io.sapflow.local.files.RowFieldsTest#refusedInTurns")
  void everyFieldOfATurnThatCannotBeHonoured_isRefusedByName(String field) throws IOException {
    assertThat(messages(ASKS, ANSWERS.replace("}", ",\"" + field + "\":{\"a\":1}}")))
        .isEqualTo(
            "messages[1]."
                + field
                + ": found one, expected "
                + KnownFields.REFUSED_IN_TURNS.get(field));
  }

  static final List<String> refusedInTurns = List.copyOf(KnownFields.REFUSED_IN_TURNS.keySet());

  @Test
  void unknownFieldOfATurn_isToldByItsPlace() throws IOException {
    FileExample example =
        example(
            "{\"messages\":["
                + ASKS.replace("\"q\"", "[{\"type\":\"text\",\"text\":\"q\",\"cache\":1}]")
                + ",{\"role\":\"assistant\",\"content\":null,\"mood\":\"good\",\"tool_calls\":"
                + "[{\"extra\":1,\"function\":{\"name\":\"f\",\"strict\":true}}],\"from\":null}],"
                + "\"a name with blanks\":1,\"attributes\":{\"b\":[1],\"c\":2}}");
    assertThat(example.unknownFields())
        .containsExactlyInAnyOrder(
            "messages[].mood",
            "messages[].content[].cache",
            "messages[].tool_calls[].extra",
            "messages[].tool_calls[].function.strict",
            "attributes.b",
            "(a name of 18 characters)");
    assertThat(example.attributes()).containsEntry("a name with blanks", "1");
  }

  @Test
  void contentOfParts_isJoined_andOthersAreRefused() throws IOException {
    FileExample example =
        example(
            GOOD.replace("\"q\"", "[{\"type\":\"text\",\"text\":\"a \"},\"b\",{\"text\":\"c\"}]"));
    assertThat(example.messages().get(0)).isEqualTo(Turns.of("user", "a bc"));
    assertThat(fault(GOOD.replace("\"q\"", "[{\"type\":\"image_url\",\"image_url\":{}}]")))
        .isEqualTo(
            "messages[0].content[0].type: found image_url, expected text: a model is told texts"
                + " alone");
    assertThat(fault(GOOD.replace("\"q\"", "[\"a\",{\"type\":\"input_audio\"}]")))
        .isEqualTo(
            "messages[0].content[1].type: found input_audio, expected text: a model is told texts"
                + " alone");
    assertThat(fault(GOOD.replace("\"q\"", "null")))
        .isEqualTo("messages[0].content: found a null, expected a text");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "\"weight\":0.5@weight: found 0.5, expected 0 or 1, or false or true",
        "\"weight\":\"0.5\"@weight: found a text, expected 0 or 1, or false or true",
        "\"train\":2@train: found 2, expected 0 or 1, or false or true",
        "\"weight\":1,\"train\":false@train: found false, expected it to agree with"
            + " messages[1].weight",
        "\"loss_mask\":[1]@loss_mask: found a list, expected 0 or 1, or false or true",
      })
  void weightThatCannotBeHonoured_isRefused(String fields, String message) throws IOException {
    assertThat(messages(ASKS, ANSWERS.replace("}", "," + fields + "}")))
        .isEqualTo("messages[1]." + message);
  }

  @ParameterizedTest
  @CsvSource({"' 0', 0", "1, 1", "False, 0", "'TRUE ', 1"})
  void weightAsAText_isOne(String text, int weight) throws IOException {
    for (String field : List.of("weight", "train", "loss_mask")) {
      String answer = ANSWERS.replace("}", ",\"" + field + "\":\"" + text + "\"}");
      FileExample example =
          example("{\"messages\":[" + String.join(",", ASKS, answer, ASKS, ANSWERS) + "]}");
      assertThat(example.messages().get(1).getWeight()).isEqualTo(weight);
    }
    String said = fault(GOOD.replace("]}", "],\"train\":\"" + text + "\"}"));
    assertThat(said)
        .isEqualTo(
            weight == 1
                ? ""
                : "train: found "
                    + text.strip()
                    + "; nothing of the row is to be learnt, expected no such row");
  }

  @Test
  void weightsOfCsv_areRead() throws IOException {
    Path file = directory.resolve("mine.csv");
    Files.writeString(file, "prompt,completion,weight,train\nq,a,1,True\nq,b,0,\n");
    try (RecordFile<FileExample> rows = ExampleFile.open(file)) {
      assertThat(((FileEntry.Parsed<FileExample>) rows.next()).value().messages())
          .containsExactly(Turns.of("user", "q"), Turns.of("assistant", "a"));
      assertThat(((FileEntry.BadLine<FileExample>) rows.next()).message())
          .endsWith(
              ":3: weight: found 0; nothing of the row is to be learnt, expected no such row");
    }
  }

  @Test
  void turnsOfWhichNoneIsLearnt_areRefused() throws IOException {
    String nothing =
        ": found weight 0 for this and every other turn of the assistant; nothing of the row is to"
            + " be learnt, expected no such row";
    String answer = ANSWERS.replace("}", ",\"weight\":0}");
    assertThat(messages(ASKS, answer, ASKS, answer)).isEqualTo("messages[3].role" + nothing);
    assertThat(messages(ASKS, answer, ASKS, ANSWERS)).isEmpty();
    assertThat(messages(ASKS)).isEmpty();
    assertThat(fault(GOOD.replace("]}", "],\"loss_mask\":[0,0]}")))
        .isEqualTo("messages[1].role" + nothing);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "\"weight\":1@weight: found 1",
        "\"train\":true@train: found true",
        "\"loss\":true@loss: found true",
      })
  void weightOfAUsersTurn_isNone(String field, String found) throws IOException {
    assertThat(messages(ASKS.replace("}", "," + field + "}"), ANSWERS))
        .isEqualTo(
            "messages[0]."
                + found
                + " for a turn of role user, expected none or 0: only the assistant's turns are"
                + " learnt");
    assertThat(messages(ASKS.replace("}", ",\"train\":false}"), ANSWERS)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "\"loss_mask\":[1]@loss_mask: found 1 entries, expected a list of 2, one for each turn of"
            + " messages",
        "\"loss_mask\":1@loss_mask: found a number, expected a list of 2, one for each turn of"
            + " messages",
        "\"loss_mask\":[1,1]@loss_mask[0]: found 1 for a turn of role user, expected none or 0:"
            + " only the assistant's turns are learnt",
        "\"weight\":0@weight: found 0; nothing of the row is to be learnt, expected no such row",
        "\"train\":false@train: found false; nothing of the row is to be learnt, expected no such"
            + " row",
        "\"weight\":0.3@weight: found 0.3, expected 0 or 1, or false or true",
        "\"label\":\"False\"@label: found false, which says that the answer is bad; nothing of the"
            + " row is to be learnt, expected rows with true",
        "\"kto_tag\":0@kto_tag: found 0, which says that the answer is bad; nothing of the row is to"
            + " be learnt, expected rows with true",
        "\"label\":0.0@label: found 0.0, which says that the answer is bad; nothing of the row is"
            + " to be learnt, expected rows with true",
        "\"kto_tag\":-1@kto_tag: found -1, which says that the answer is bad; nothing of the row is"
            + " to be learnt, expected rows with true",
        "\"tools\":[{\"name\":\"\\ud800\"}]@tools: found a lone surrogate, expected Unicode text",
        "\"system\":[]@system: found a list, expected a text",
        "\"tools\":\"x\"@tools: found a text that is no JSON list, expected a list of objects",
        "\"tools\":{}@tools: found an object, expected a list of objects",
        "\"tools\":[1]@tools[0]: found a number, expected an object",
      })
  void fieldOfARow_thatCannotBeHonoured_isRefused(String field, String message) throws IOException {
    assertThat(fault(GOOD.replace("]}", "]," + field + "}"))).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource({
    "true, false",
    "1, false",
    "1.0, false",
    "'\"True\"', false",
    "2, true",
    "'\"fine\"', true"
  })
  void label_thatIsNoKtos_isUnknown(String label, boolean unknown) throws IOException {
    FileExample example = example(GOOD.replace("]}", "],\"label\":" + label + "}"));
    assertThat(example.unknownFields().contains("label")).isEqualTo(unknown);
    assertThat(example.attributes()).containsKey("label");
  }

  @Test
  void completionBesideResponse_isRefused() throws IOException {
    assertThat(fault("{\"prompt\":\"q\",\"completion\":\"a\",\"response\":\"b\"}"))
        .isEqualTo("response: found one beside completion, expected one of the two");
  }

  @Test
  void lossMask_withoutTurns_isRefused() throws IOException {
    assertThat(fault("{\"prompt\":\"q\",\"completion\":\"a\",\"loss_mask\":[0,1]}"))
        .isEqualTo(
            "loss_mask: found one without turns that it could be of, expected it beside messages or"
                + " conversations");
  }

  @Test
  void systemBesideASystemTurn_isRefused() throws IOException {
    assertThat(
            fault(
                "{\"system\":\"s\",\"conversations\":[{\"from\":\"system\",\"value\":\"t\"},"
                    + "{\"from\":\"human\",\"value\":\"q\"},{\"from\":\"gpt\",\"value\":\"a\"}]}"))
        .isEqualTo(
            "system: found one beside the system turn of conversations[0].from, expected one of the"
                + " two");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "[{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1.5}},\"type\":\"function\"}]@{\"a\":1.5}",
        "[{\"name\":\"f\",\"arguments\":{\"a\":1.5}}]@{\"a\":1.5}",
        "[{\"name\":\"f\",\"arguments\":\"x\"}]@\"x\"",
        "[{\"name\":\"f\"}]@{}",
        "\"[{\\\"name\\\":\\\"f\\\",\\\"arguments\\\":{}}]\"@{}",
      })
  void toolCalls_ofEveryForm_keepTheirArgumentsAsTheyAre(String calls, String arguments)
      throws IOException {
    FileExample example = example(GOOD.replace("\"content\":\"a\"", "\"tool_calls\":" + calls));
    assertThat(example.messages().get(1))
        .isEqualTo(
            new Message(
                "assistant",
                "",
                false,
                List.of(new ToolCall("", "f", arguments)),
                "",
                "",
                "",
                null));
    assertThat(example.unknownFields()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "\"tool_calls\":\"x\"@tool_calls: found a text, expected a list of calls",
        "\"tool_calls\":[{\"type\":\"retrieval\"}]@tool_calls[0].type: found retrieval, expected"
            + " function",
        "\"tool_calls\":[{\"function\":{}}]@tool_calls[0].function.name: found nothing, expected a"
            + " text",
        "\"tool_calls\":[{\"name\":\"f\",\"arguments\":[]}]@tool_calls[0].arguments: found a list,"
            + " expected an object, or a text",
        "\"tool_calls\":[{\"name\":\"f\",\"arguments\":{\"a\":\"\\ud800\"}}]@"
            + "tool_calls[0].arguments: found a lone surrogate, expected Unicode text",
        "\"name\":[\"a\"]@name: found a list, expected a text",
        "\"tool_call_id\":\"c\"@tool_call_id: found one in a turn of role assistant, expected it in"
            + " one of tool",
        "\"reasoning\":\"a\",\"thinking\":\"b\"@thinking: found one beside reasoning, expected one"
            + " of the two",
        "\"reasoning_content\":[\"a\"]@reasoning_content: found a list, expected a text",
      })
  void toolCallThatCannotBeRead_isRefusedByName(String field, String message) throws IOException {
    assertThat(messages(ASKS, ANSWERS.replace("}", "," + field + "}")))
        .isEqualTo("messages[1]." + message);
    assertThat(messages(ASKS.replace("}", ",\"tool_calls\":[{\"name\":\"f\"}]}"), ANSWERS))
        .isEqualTo(
            "messages[0].tool_calls: found one in a turn of role user, expected it in one of"
                + " assistant");
  }

  @Test
  void nullBesideNoCalls_isRefused() throws IOException {
    assertThat(messages(ASKS, ANSWERS.replace("\"a\"", "null,\"tool_calls\":\"[]\"")))
        .isEqualTo("messages[1].content: found a null, expected a text");
  }

  @Test
  void shareGptsFunctionCall_holdsCalls() throws IOException {
    String row =
        "{\"conversations\":[{\"from\":\"human\",\"value\":\"q\"},{\"from\":\"function_call\","
            + "\"value\":CALL},{\"from\":\"observation\",\"value\":\"o\"},{\"from\":\"gpt\","
            + "\"value\":\"a\"}],\"tools\":\"[{\\\"name\\\": \\\"f\\\"}]\",\"system\":\"s\"}";
    FileExample example =
        example(
            row.replace(
                "CALL",
                "\"[{\\\"name\\\":\\\"f\\\",\\\"arguments\\\":{\\\"a\\\":1}},{\\\"name\\\":\\\"g\\\"}]\""));
    assertThat(example.tools()).isEqualTo("[{\"name\":\"f\"}]");
    assertThat(example.messages().get(0)).isEqualTo(Turns.of("system", "s"));
    assertThat(example.messages().get(2).getToolCalls())
        .containsExactly(new ToolCall("", "f", "{\"a\":1}"), new ToolCall("", "g", "{}"));
    assertThat(fault(Form.CONVERSATIONS, row.replace("CALL", "\"find it\"")))
        .isEqualTo(
            "conversations[1].value: found a text that is none, expected a call as JSON, with name"
                + " and arguments, or a list of calls");
  }

  @ParameterizedTest
  @EnumSource(names = {"PAIR", "PAIR_IMPLICIT", "PAIR_CONVERSATIONS", "PAIR_ALPACA"})
  void pairs_ofEveryForm_areTheSame(Form form) throws IOException {
    SafetyPair pair = pair("{" + ROWS.get(form) + ",\"system\":\"s\",\"category\":\"c\"}");
    assertThat(pair.getPrompt()).containsExactly(Turns.of("system", "s"), Turns.of("user", "q"));
    assertThat(pair.getSafe()).isEqualTo("no");
    assertThat(pair.getHarmful()).isEqualTo("yes");
    assertThat(pair.getCategory()).isEqualTo("c");
    String equal = ROWS.get(form).replace("yes", "no");
    assertThat(fault(form, "{" + equal + "}"))
        .isEqualTo("rejected: found the same text as chosen, expected another answer");
  }

  @Test
  void hh_severalTurns_areReadUpToTheAnswer() throws IOException {
    String before = "\\n\\nHuman: a\\n\\nAssistant: b\\n\\nHuman: c\\nd\\n\\nAssistant:";
    SafetyPair pair =
        pair("{\"chosen\":\"" + before + " no\",\"rejected\":\"" + before + " yes\"}");
    assertThat(pair.getPrompt())
        .containsExactly(
            Turns.of("user", "a"), Turns.of("assistant", "b"), Turns.of("user", "c\nd"));
    assertThat(pair.getSafe()).isEqualTo("no");
  }

  private static final String HH =
      "\\n\\nHuman: a\\n\\nAssistant: b\\n\\nHuman: c\\nd\\n\\nAssistant:";

  @ParameterizedTest
  @ValueSource(strings = {HH, "\\n\\nHuman: a\\n\\nAssistant: b\\n\\nHuman: c\\nd"})
  void hh_severalTurnsInThePrompt_areTurns(String prompt) throws IOException {
    SafetyPair pair =
        pair("{\"prompt\":\"" + prompt + "\",\"chosen\":\" no\",\"rejected\":\" yes\"}");
    List<Message> before =
        List.of(Turns.of("user", "a"), Turns.of("assistant", "b"), Turns.of("user", "c\nd"));
    assertThat(pair.getPrompt()).isEqualTo(before);
    assertThat(pair.getSafe()).isEqualTo("no");
    assertThat(pair.getHarmful()).isEqualTo("yes");
    FileExample example = example("{\"prompt\":\"" + prompt + "\",\"response\":\" no\"}");
    assertThat(example.messages().subList(0, 3)).isEqualTo(before);
    assertThat(example.messages().get(3)).isEqualTo(Turns.of("assistant", "no"));
    Path file = file("{\"prompt\":\"" + prompt + "\",\"kind\":\"harmful\"}");
    assertThat(RecordLists.all(PromptFile.open(file)).get(0).getPrompt()).isEqualTo(before);
  }

  @Test
  void hh_promptThatEndsWithAnAnswer_isRefused() throws IOException {
    String row = "{\"prompt\":\"" + HH + " e\",\"chosen\":\" no\",\"rejected\":\" yes\"}";
    assertThat(fault(Form.PAIR, row))
        .isEqualTo(
            "prompt: found assistant as the last turn before the answer, expected the user's");
  }

  @Test
  void hh_conversationsBesideTheirPrompt_areItsAnswers() throws IOException {
    SafetyPair pair =
        pair("{\"prompt\":\"HH\",\"chosen\":\"HH no\",\"rejected\":\"HH yes\"}".replace("HH", HH));
    assertThat(pair.getPrompt()).hasSize(3);
    assertThat(pair.getSafe()).isEqualTo("no");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "{\"chosen\":\"no\",\"rejected\":\"yes\"}@found an object with the fields [chosen,"
            + " rejected], expected prompt, chosen (the safe answer) and rejected",
        "{\"chosen\":[ASKS,ANSWERS],\"rejected\":[OTHER,ANSWERS]}@rejected: found a conversation"
            + " that differs from chosen before its last turn, expected the same one up to the"
            + " answer",
        "{\"chosen\":[ASKS,ANSWERS],\"rejected\":\"yes\"}@rejected: found a conversation that"
            + " differs from chosen before its last turn, expected the same one up to the answer",
        "{\"prompt\":\"z\",\"chosen\":[ASKS,ANSWERS],\"rejected\":\"yes\"}@chosen: found a"
            + " conversation of 2 turns that does not begin with the prompt, expected the prompt"
            + " and one answer",
        "{\"prompt\":\"q\",\"chosen\":\"a\",\"rejected\":\"b\",\"score_chosen\":2.5,"
            + "\"score_rejected\":8}@score_chosen: found 2.5 below score_rejected 8, expected the"
            + " chosen answer to be no worse",
        "{\"prompt\":\"q\",\"chosen\":[ASKS],\"rejected\":\"yes\"}@chosen: found a last turn that is"
            + " not the assistant's, expected one by the assistant, or a text",
        "{\"prompt\":[ASKS,ANSWERS],\"chosen\":\"no\",\"rejected\":\"yes\"}@prompt[1].role: found"
            + " assistant as the last turn before the answer, expected the user's",
        "{\"conversations\":[{\"from\":\"observation\",\"value\":\"o\"}],\"chosen\":\"no\","
            + "\"rejected\":\"yes\"}@conversations[0].from: found observation, expected human, user,"
            + " gpt, assistant, chatgpt, model or system",
        "{\"prompt\":\"q\",\"chosen\":[{\"role\":\"assistant\",\"content\":\"a\",\"tool_calls\":"
            + "[{\"name\":\"f\"}]}],\"rejected\":\"yes\"}@chosen[0].tool_calls: found one, expected"
            + " none: pairs and prompts hold texts alone",
        "{\"prompt\":\"q\",\"chosen\":{\"role\":\"assistant\",\"content\":\"a\",\"weight\":0},"
            + "\"rejected\":\"yes\"}@chosen.weight: found one, expected none: pairs and prompts hold"
            + " texts alone",
      })
  void pairThatCannotBeRead_isRefusedByName(String row, String message) throws IOException {
    String filled =
        row.replace("ASKS", ASKS)
            .replace("OTHER", ASKS.replace("\"q\"", "\"r\""))
            .replace("ANSWERS", ANSWERS);
    assertThat(fault(Form.PAIR, filled)).isEqualTo(message);
  }

  @Test
  void systemOfAConversationAsAnswer_isKept() throws IOException {
    String system = "{\"role\":\"system\",\"content\":\"s\"}";
    String row =
        "{\"prompt\":\"q\",\"chosen\":[SYSTEM,ASKS,ANSWERS],\"rejected\":[SYSTEM,ASKS,OTHER]}"
            .replace("SYSTEM", system)
            .replace("ASKS", ASKS)
            .replace("ANSWERS", ANSWERS)
            .replace("OTHER", ANSWERS.replace("\"a\"", "\"b\""));
    assertThat(pair(row).getPrompt())
        .containsExactly(Turns.of("system", "s"), Turns.of("user", "q"));
  }

  @ParameterizedTest
  @CsvSource({"chosen, rejected", "rejected, chosen"})
  void systemOfOneConversationAlone_isRefused(String with, String without) throws IOException {
    String asks = "{\"role\":\"system\",\"content\":\"s\"}," + ASKS;
    String row =
        "{\"prompt\":\"q\",\"WITH\":[ASKS,ANSWERS],\"OUT\":[OTHER]}"
            .replace("WITH", with)
            .replace("OUT", without)
            .replace("ASKS", asks)
            .replace("OTHER", ASKS + "," + ANSWERS.replace("\"a\"", "\"b\""))
            .replace("ANSWERS", ANSWERS);
    assertThat(fault(Form.PAIR, row))
        .isEqualTo(
            with
                + "[0].role: found a system turn that "
                + without
                + " does not have, expected the same conversation before both answers");
    assertThat(fault(Form.PAIR, row.replace("\"q\",", "[" + asks + "],"))).isEmpty();
  }

  @Test
  void promptsEqualAnswers_areRefused() throws IOException {
    assertThat(
            fault(
                Form.PROMPT_KIND,
                "{\"prompt\":\"q\",\"kind\":\"harmful\",\"safe\":\"a\",\"harmful\":\"a \"}"))
        .isEqualTo("harmful: found the same text as safe, expected another answer");
  }

  @Test
  void tables_inTheDocs_areTheLists() {
    List<String> forms = new ArrayList<>();
    for (Form form : Form.values()) {
      forms.add(forms.isEmpty() ? "### " + form.title() : "\n### " + form.title());
      forms.add("");
      forms.addAll(table("field", "what is done with it", form.fields()));
    }
    GeneratedDocs docs = GeneratedDocs.ofProject();
    docs.hold("data.md", "forms", forms);
    docs.hold("data.md", "turns", table("field", "what is done with it", KnownFields.TURN));
    docs.hold("data.md", "refused rows", table("field", "expected", KnownFields.REFUSED_IN_ROWS));
    docs.hold("data.md", "refused turns", table("field", "expected", KnownFields.REFUSED_IN_TURNS));
    docs.hold(
        "data.md",
        "refused pairs",
        table("field", "expected", KnownFields.REFUSED_IN_PAIRS_AND_PROMPTS));
    docs.hold(
        "data.md",
        "metadata",
        List.of(
            KnownFields.METADATA.stream()
                    .sorted()
                    .map(field -> "`" + field + "`")
                    .reduce((a, b) -> a + ", " + b)
                    .orElseThrow()
                + "."));
  }

  private static List<String> table(String name, String done, Map<String, String> fields) {
    List<String> lines = new ArrayList<>();
    lines.add("| " + name + " | " + done + " |");
    lines.add("|---|---|");
    fields.forEach((field, what) -> lines.add("| `" + field + "` | " + what + " |"));
    return lines;
  }
}
