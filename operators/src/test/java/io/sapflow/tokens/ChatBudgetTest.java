package io.sapflow.tokens;

import static io.sapflow.tokens.TokenizerDirectories.CHATML;
import static io.sapflow.tokens.TokenizerDirectories.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.schema.QuarantineReason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All renderings that a chat's mask needs draw on one budget, which real chats do not use up. */
class ChatBudgetTest {
  private static final String THINKING =
      "{% for m in messages %}{% set content = m.content %}{% if '</think>' in content %}"
          + "{% set content = content.split('</think>')[-1].lstrip('\\n') %}{% endif %}"
          + "{{ '<|im_start|>' + m.role + '\\n' + content.strip() + '<|im_end|>' + '\\n' }}"
          + "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

  private static final List<String> NAMES = List.of("f", "g", "h", "i", "j", "k");
  private static final String CALLING =
      "{% if tools %}<|im_start|>system\n{{ tools | tojson }}<|im_end|>\n{% endif %}"
          + "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}"
          + "{% for c in m.tool_calls %}[{{ c.function.name }} {{ c.function.arguments | tojson }}]"
          + "{% endfor %}<|im_end|>\n{% endfor %}"
          + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

  @TempDir Path directory;

  private static List<Map<String, Object>> turns(int turns, int characters) {
    List<Map<String, Object>> messages = new ArrayList<>();
    for (int i = 0; i < turns; i++) {
      String content = ("turn " + i + " é " + "word ".repeat(characters)).substring(0, characters);
      messages.addAll(chat(i % 2 == 0 ? "user" : "assistant", content));
    }
    return messages;
  }

  /** The same turns, with calls in each answer. */
  private static List<Map<String, Object>> calling(List<Map<String, Object>> turns) {
    List<Map<String, Object>> messages = new ArrayList<>(turns);
    Map<String, Object> arguments = Map.of("a", 1);
    for (int i = 1; i < messages.size(); i += 2) {
      Map<String, Object> message = new LinkedHashMap<>(messages.get(i));
      List<Object> calls = new ArrayList<>();
      for (String name : NAMES) {
        calls.add(
            Map.of("type", "function", "function", Map.of("name", name, "arguments", arguments)));
      }
      message.put("tool_calls", calls);
      messages.set(i, message);
    }
    return messages;
  }

  @ParameterizedTest
  @ValueSource(strings = {CHATML, THINKING})
  void longConversation_isEncoded(String template) throws Exception {
    TokenizerDirectories.copy(directory, template);
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      ChatEncoder encoder = new ChatEncoder(tokenizer, 4096);
      EncodedChat chat = encoder.encode(Chat.of(turns(200, (1 << 18) / 200)), 0);
      assertThat(chat.tokens().length).isGreaterThan(2000);
      assertThat(chat.targets()).contains((byte) 1);
    }
  }

  @Test
  void longConversation_withToolsAndCallsInEachAnswer_isEncoded() throws Exception {
    TokenizerDirectories.copy(directory, CALLING);
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      ChatEncoder encoder = new ChatEncoder(tokenizer, 1 << 14);
      Chat chat =
          new Chat(calling(turns(64, (1 << 18) / 64)), List.of(Map.of("name", "f")), Set.of());
      EncodedChat encoded = encoder.encode(chat, 0);
      assertThat(encoded.text())
          .hasSizeGreaterThan(1 << 18)
          .contains("[f {\"a\": 1}][g {\"a\": 1}]");
      assertThat(encoded.targets()).contains((byte) 1);
    }
  }

  @Test
  void callsInEachAnswer_needTheTurnsBeforeThemOnce() throws Exception {
    // Each rendering costs about a seven hundredth of the budget; there are 32 answers of 6 calls.
    String dear = "{% for i in range(2000) %}{% set x = i * 2 + i * 3 %}{% endfor %}" + CALLING;
    TokenizerDirectories.copy(directory, dear);
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      ChatEncoder encoder = new ChatEncoder(tokenizer, 1 << 14);
      assertThat(encoder.encode(Chat.of(calling(turns(64, 20))), 0).targets()).contains((byte) 1);
    }
  }

  @Test
  void templateThatIsDear_renderedForEachTurn_isRefused() throws Exception {
    // Once it costs a twentieth of the budget.
    String dear = "{% for i in range(70000) %}{% set x = i * 2 + i * 3 %}{% endfor %}" + CHATML;
    TokenizerDirectories.copy(directory, dear);
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      ChatEncoder encoder = new ChatEncoder(tokenizer, 4096);
      assertThat(encoder.encode(Chat.of(turns(2, 20)), 0).tokens()).isNotEmpty();
      assertThatThrownBy(() -> encoder.encode(Chat.of(turns(64, 20)), 0))
          .isInstanceOfSatisfying(
              ChatException.class, e -> assertThat(e.code()).isEqualTo(QuarantineReason.TEMPLATE))
          .hasMessageContaining("the chat's renderings do more than 100000000 steps of work");
    }
  }
}
