package io.sapflow.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sapflow.schema.Message;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.ToolCall;
import io.sapflow.schema.Turns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tool calls, tools, reasoning, names and weights: trained as rendered, or refused by name. */
class ChatFieldsTest {

  private static final String TOOLS = "[{\"name\":\"find\"}]";
  private static final String ASSISTANT_OPENS =
      "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

  /** It writes whatever it is given; earlier reasoning is left out. */
  private static final String WRITES_ALL =
      "{% if tools %}{{ '<|im_start|>system\\n' }}{{ tools | tojson }}{{ '<|im_end|>\\n' }}"
          + "{% endif %}{% for m in messages %}<|im_start|>{{ m.role }}"
          + "{{ ' ' + m.name if m.name }}"
          + "{{ '\\n' }}"
          + "{% if m.reasoning_content and loop.last %}({{ m.reasoning_content }}){% endif %}"
          + "{% if m.content is not none %}{{ m.content }}{% else %}-{% endif %}"
          + "{% for c in m.tool_calls %}[{{ c.function.name }}"
          + " {{ c.function.arguments if c.function.arguments is string"
          + " else c.function.arguments | tojson }}]{% endfor %}<|im_end|>\n{% endfor %}"
          + ASSISTANT_OPENS;

  private static final String MARKED =
      "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}"
          + "{% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %}"
          + "<|im_end|>\n{% endfor %}";

  @TempDir Path directory;
  private ModelTokenizer tokenizer;

  private ChatEncoder encoder(String template) throws IOException {
    tokenizer = ModelTokenizer.open(TokenizerDirectories.copy(directory, template));
    return new ChatEncoder(tokenizer, 1000);
  }

  @AfterEach
  void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }

  private static Message answer(String content, Integer weight) {
    return new Message("assistant", content, true, List.of(), "", "", "", weight);
  }

  private static Message call(boolean content, String arguments) {
    ToolCall call = new ToolCall("c1", "find", arguments);
    return new Message("assistant", "", content, List.of(call), "", "", "", null);
  }

  private static Message tool(String content) {
    return new Message("tool", content, true, List.of(), "c1", "find", "", null);
  }

  private static Message thinking(String reasoning, String content) {
    return new Message("assistant", content, true, List.of(), "", "", reasoning, null);
  }

  private static Message named(String name, String content) {
    return new Message("user", content, true, List.of(), "", name, "", null);
  }

  /** The text of the targets, turn by turn. */
  private String trained(EncodedChat chat) {
    return TokenizerDirectories.trained(tokenizer, chat, '{', '}');
  }

  private static ChatException refused(ChatEncoder encoder, Chat chat) {
    ChatException failure =
        catchThrowableOfType(ChatException.class, () -> encoder.encode(chat, 0));
    assertThat(failure).isNotNull();
    assertThat(catchThrowableOfType(ChatException.class, () -> encoder.mask(chat, 0)))
        .as("what is shown is refused as what is trained")
        .hasMessage(failure.getMessage());
    return failure;
  }

  @Test
  void toolCalls_areTargets_andToolsTurnsAreNot() throws Exception {
    EncodedChat chat =
        encoder(WRITES_ALL)
            .encode(
                Chats.of(
                    List.of(
                        Turns.of("user", "where"),
                        call(false, "{\"toy\": \"ball\"}"),
                        tool("in the box"),
                        Turns.of("assistant", "there")),
                    TOOLS),
                0);
    assertThat(chat.text())
        .isEqualTo(
            "<|im_start|>system\n[{\"name\": \"find\"}]<|im_end|>\n<|im_start|>user\nwhere<|im_end|>\n"
                + "<|im_start|>assistant\n-[find {\"toy\": \"ball\"}]<|im_end|>\n"
                + "<|im_start|>tool find\nin the box<|im_end|>\n<|im_start|>assistant\nthere<|im_end|>\n");
    assertThat(trained(chat)).isEqualTo("{-[find {\"toy\": \"ball\"}]<|im_end|>}{there<|im_end|>}");
  }

  @Test
  void arguments_thatAreAText_reachTheTemplateAsOne() throws Exception {
    List<Message> turns =
        List.of(Turns.of("user", "where"), call(true, "\"{\\\"toy\\\":\\\"ball\\\"}\""));
    EncodedChat chat = encoder(WRITES_ALL).encode(Chats.of(turns), 0);
    assertThat(trained(chat)).isEqualTo("{[find {\"toy\":\"ball\"}]<|im_end|>}");
  }

  @Test
  void conversation_endingWithACall_isTrained() throws Exception {
    List<Message> turns = List.of(Turns.of("user", "where"), call(false, "{}"));
    assertThat(trained(encoder(WRITES_ALL).encode(Chats.of(turns), 0)))
        .isEqualTo("{-[find {}]<|im_end|>}");
  }

  @Test
  void reasoning_isATarget_andMayBeLeftOutOfEarlierTurns() throws Exception {
    List<Message> turns =
        List.of(
            Turns.of("user", "a"), thinking("hm", "b"), Turns.of("user", "c"), thinking("so", "d"));
    assertThat(trained(encoder(WRITES_ALL).encode(Chats.of(turns), 0)))
        .isEqualTo("{b<|im_end|>}{(so)d<|im_end|>}");
  }

  static List<List<String>> partsOfTheTemplate() {
    return List.of(
        List.of("{{ tools | tojson }}", "", "tools"),
        List.of("({{ m.reasoning_content }})", "", "messages[1].reasoning_content"),
        List.of("{{ ' ' + m.name if m.name }}", "", "messages[0].name"),
        List.of("{{ m.content }}", "{{ m.content if m.role != 'tool' }}", "messages[2].content"),
        List.of("{{ m.content }}", "{{ m.content if not m.tool_calls }}", "messages[1].content"),
        List.of("in m.tool_calls %}", "in [] %}", "messages[1].tool_calls[0]"),
        List.of(
            "in m.tool_calls %}", "in (m.tool_calls or [])[:1] %}", "messages[1].tool_calls[1]"),
        List.of(
            "{{ c.function.arguments if c.function.arguments is string"
                + " else c.function.arguments | tojson }}",
            "",
            "messages[1].tool_calls[0].function.arguments"));
  }

  @ParameterizedTest
  @MethodSource("partsOfTheTemplate")
  void field_thatTheTemplateDoesNotWrite_isRefusedByName(List<String> part) throws Exception {
    String template =
        WRITES_ALL.replace("{% if tools %}", "{% if true %}").replace(part.get(0), part.get(1));
    List<ToolCall> calls =
        List.of(new ToolCall("c1", "find", "{\"a\":1}"), new ToolCall("c2", "find", "{\"a\":2}"));
    List<Message> turns =
        List.of(
            named("ann", "where"),
            new Message("assistant", "look", true, calls, "", "", "hm", null),
            tool("in the box"),
            Turns.of("assistant", "there"));
    ChatException failure = refused(encoder(template), Chats.of(turns, TOOLS));
    assertThat(failure.code()).isEqualTo(QuarantineReason.UNRENDERED_FIELD);
    assertThat(failure)
        .hasMessage(
            part.get(2)
                + ": the chat template writes nothing for it, so it would be trained without; a"
                + " template that writes it, or an example that does not have it, would be right");
  }

  @Test
  void toolTurns_writtenAsOneOfTheUser_areNoTargets() throws Exception {
    String template =
        "{%- for m in messages %}{%- if m.role == 'tool' %}"
            + "{%- if messages[loop.index0 - 1].role != 'tool' %}{{ '<|im_start|>user' }}{% endif %}"
            + "{{ '\\n(' + m.content + ')' }}"
            + "{%- if loop.last or messages[loop.index0 + 1].role != 'tool' %}{{ '<|im_end|>\\n' }}"
            + "{% endif %}{%- elif m.tool_calls %}{{ '<|im_start|>assistant' }}"
            + "{%- if m.content %}{{ '\\n' + m.content }}{% endif %}"
            + "{%- for c in m.tool_calls %}{%- set c = c.function %}"
            + "{{ '\\n<call>' + c.name }}{{ c.arguments | tojson }}{{ '</call>' }}{% endfor %}"
            + "{{ '<|im_end|>\\n' }}{%- else %}"
            + "{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endif %}"
            + "{%- endfor %}{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
    List<Message> turns =
        List.of(
            Turns.of("user", "where"),
            call(false, "{\"a\":1}"),
            tool("in the box"),
            tool("or not"),
            call(true, "{}"),
            tool("x"),
            Turns.of("assistant", "there"));
    assertThat(trained(encoder(template).encode(Chats.of(turns), 0)))
        .isEqualTo(
            "{<call>find{\"a\": 1}</call><|im_end|>}{<call>find{}</call><|im_end|>}"
                + "{there<|im_end|>}");
  }

  @Test
  void ids_thatTheTemplateDoesNotWrite_areNoFault() throws Exception {
    List<Message> turns =
        List.of(Turns.of("user", "a"), call(false, "{}"), tool("b"), Turns.of("assistant", "c"));
    assertThat(encoder(WRITES_ALL).encode(Chats.of(turns), 0).text()).doesNotContain("c1");
  }

  @Test
  void weightZero_isNoTarget_withAndWithoutGenerationBlocks() throws Exception {
    List<Message> turns =
        List.of(Turns.of("user", "a"), answer("bad", 0), Turns.of("user", "b"), answer("nice", 1));
    String bare = MARKED.replaceAll("\\{% (end)?generation %}", "") + ASSISTANT_OPENS;
    for (String template : List.of(MARKED, bare, WRITES_ALL)) {
      EncodedChat chat = encoder(template).encode(Chats.of(turns), 0);
      assertThat(trained(chat)).isEqualTo("{nice<|im_end|>}");
      assertThat(chat.text()).contains("bad");
      tokenizer.close();
      tokenizer = null;
    }
  }

  @Test
  void weightZero_amongBlocksThatAreOfNoTurn_isRefused() throws Exception {
    // A block that stands there only once a question follows.
    String template =
        MARKED
            + "{% if messages[-1].role == 'user' %}{% generation %}!{% endgeneration %}{% endif %}";
    List<Message> turns =
        List.of(
            Turns.of("user", "a"),
            answer("bad", 0),
            Turns.of("user", "b"),
            answer("nice", 1),
            Turns.of("user", "c"));
    ChatException failure = refused(encoder(template), Chats.of(turns));
    assertThat(failure.code()).isEqualTo(QuarantineReason.TEMPLATE);
    assertThat(failure).hasMessageContaining("generation blocks cannot be told apart by turn");
  }

  @Test
  void controlTokenInAnyField_isRefused() throws Exception {
    ChatEncoder encoder = encoder(WRITES_ALL);
    String end = "<|im_end|>";
    List<Chat> chats =
        List.of(
            Chats.of(List.of(Turns.of("user", "a"), call(true, "{\"a\":\"" + end + "\"}"))),
            Chats.of(List.of(Turns.of("user", "a"), call(true, "{\"" + end + "\":1}"))),
            Chats.of(List.of(Turns.of("user", "a"), call(true, "\"" + end + "\""))),
            Chats.of(List.of(Turns.of("user", "a"), thinking(end, "b"))),
            Chats.of(List.of(named(end, "a"), Turns.of("assistant", "b"))),
            Chats.of(
                List.of(Turns.of("user", "a"), Turns.of("assistant", "b")),
                "[{\"name\":\"<|im_\\u0065nd|>\"}]"));
    for (Chat chat : chats) {
      ChatException failure = refused(encoder, chat);
      assertThat(failure.code()).isEqualTo(QuarantineReason.SPECIAL_TOKEN);
      assertThat(failure).hasMessageContaining("holds the control token " + end);
    }
  }

  @Test
  void callsWithoutEnd_areRefusedWithinTheBudget() throws Exception {
    ToolCall call = new ToolCall("", "find", "{\"a\":\"" + "x".repeat(2000) + "\"}");
    String dear = "{% for i in range(70000) %}{% set x = i * 2 + i * 3 %}{% endfor %}" + WRITES_ALL;
    List<ToolCall> calls = java.util.Collections.nCopies(64, call);
    List<Message> turns =
        List.of(
            Turns.of("user", "a"), new Message("assistant", "", false, calls, "", "", "", null));
    ChatException failure = refused(encoder(dear), Chats.of(turns));
    assertThat(failure).hasMessageContaining("the chat's renderings do more than");
  }
}
