package io.sapflow.tokens;

import static io.sapflow.tokens.TokenizerDirectories.CHATML;
import static io.sapflow.tokens.TokenizerDirectories.chat;
import static io.sapflow.tokens.TokenizerDirectories.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sapflow.schema.QuarantineReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatEncoderTest {
  private static final long NOW = 1721984707000L;
  private static final String TRIMMING =
      "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content | trim }}<|im_end|>\n"
          + "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
  private static final String MARKED =
      "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' }}{% if m.role == 'assistant' %}"
          + "{% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %}"
          + "{{ '<|im_end|>\\n' }}{% endfor %}";
  private static final String DROPPING =
      "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' }}{% if m.role == 'assistant' and"
          + " not loop.last %}{{ m.content.split('|')[-1] }}{% else %}{{ m.content }}{% endif %}"
          + "{{ '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}"
          + "{{ '<|im_start|>assistant\\n' }}{% endif %}";

  @TempDir Path directory;
  private ModelTokenizer tokenizer;

  private ChatEncoder encoder(String template, int maxTokens) throws IOException {
    tokenizer = ModelTokenizer.open(TokenizerDirectories.copy(directory, template));
    return new ChatEncoder(tokenizer, maxTokens);
  }

  @AfterEach
  void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }

  /** The text of the targets, turn by turn. */
  private String trained(EncodedChat chat) {
    return TokenizerDirectories.trained(tokenizer, chat, '[', ']');
  }

  @Test
  void encode_oneTurn_targetsAnswerAndEndOfTurn() throws Exception {
    EncodedChat chat =
        encoder(CHATML, 200).encode(whole("user", "hi", "assistant", "hello you"), NOW);
    assertThat(chat.text())
        .isEqualTo("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\nhello you<|im_end|>\n");
    assertThat(trained(chat)).isEqualTo("[hello you<|im_end|>]");
    assertThat(chat.truncatedTokens()).isZero();
    assertThat(tokenizer.decode(chat.tokens(), false)).isEqualTo(chat.text());
  }

  @Test
  void encode_severalTurns_targetsEachAnswer() throws Exception {
    List<Map<String, Object>> messages =
        chat("system", "s", "user", "a", "assistant", "b", "user", "c", "assistant", "d");
    assertThat(trained(encoder(CHATML, 200).encode(Chat.of(messages), NOW)))
        .isEqualTo("[b<|im_end|>][d<|im_end|>]");
  }

  @Test
  void encode_trimmingTemplate_targetsTrimmedAnswers() throws Exception {
    List<Map<String, Object>> messages =
        chat("user", "  a ", "assistant", " \n b  ", "user", " c", "assistant", "\nd\n");
    assertThat(trained(encoder(TRIMMING, 200).encode(Chat.of(messages), NOW)))
        .isEqualTo("[b<|im_end|>][d<|im_end|>]");
  }

  @Test
  void encode_emojiBefore_masksByCodePoints() throws Exception {
    List<Map<String, Object>> messages =
        chat("user", "😀👩‍👩‍👧 é", "assistant", "hello 😀", "user", "🧪", "assistant", "é!");
    assertThat(trained(encoder(CHATML, 300).encode(Chat.of(messages), NOW)))
        .isEqualTo("[hello 😀<|im_end|>][é!<|im_end|>]");
  }

  @Test
  void encode_generationMarks_addEndOfTurnAfterThem() throws Exception {
    List<Map<String, Object>> messages =
        chat("user", "😀", "assistant", "b", "user", "c", "assistant", "");
    assertThat(trained(encoder(MARKED, 200).encode(Chat.of(messages), NOW)))
        .isEqualTo("[b<|im_end|>][<|im_end|>]");
  }

  @Test
  void encode_tokenStraddlesStart_isNoTarget() throws Exception {
    // "\n\n" is one token: it begins in the header that the template writes.
    EncodedChat chat = encoder(CHATML, 200).encode(whole("user", "a", "assistant", "\nhello"), NOW);
    assertThat(trained(chat)).isEqualTo("[hello<|im_end|>]");
  }

  @Test
  void encode_earlierReasoningDropped_targetsWhatTheWholeHolds() throws Exception {
    List<Map<String, Object>> messages =
        chat("user", "a", "assistant", "why|b", "user", "c", "assistant", "so|d");
    assertThat(trained(encoder(DROPPING, 200).encode(Chat.of(messages), NOW)))
        .isEqualTo("[b<|im_end|>][so|d<|im_end|>]");
  }

  @Test
  void encode_systemMovesToLastQuestion_targetsAnswer() throws Exception {
    // What stands before the answer changes once it follows; where the answer stands does not.
    String template =
        "{% for m in messages if m.role != 'system' %}<|im_start|>{{ m.role }}\n{% if loop.last and"
            + " messages[0].role == 'system' %}{{ messages[0].content }} {% endif %}{{ m.content }}"
            + "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n"
            + "{% endif %}";
    List<Map<String, Object>> messages =
        chat("system", "s", "user", "a", "assistant", "hello", "user", "a");
    assertThat(trained(encoder(template, 200).encode(Chat.of(messages), NOW)))
        .isEqualTo("[hello<|im_end|>]");
  }

  @Test
  void encode_promptOpensThought_targetsAnswersThatBeginLikeIt() throws Exception {
    String template = CHATML.replace("assistant\\n'", "assistant\\n<think>\\n'");
    List<Map<String, Object>> messages =
        chat("user", "a", "assistant", "<b>", "user", "c", "assistant", "", "user", "d");
    assertThat(trained(encoder(template, 200).encode(Chat.of(messages), NOW)))
        .isEqualTo("[<b><|im_end|>][<|im_end|>]");
  }

  @Test
  void encode_openingWithOtherBlanks_isNoTarget() throws Exception {
    String template = CHATML.replace("{{ '<|im_start|>assistant", "{{ ' <|im_start|>assistant");
    List<Map<String, Object>> messages =
        chat("user", "a", "assistant", "b", "user", "c", "assistant", "d");
    assertThat(trained(encoder(template, 200).encode(Chat.of(messages), NOW)))
        .isEqualTo("[b<|im_end|>][d<|im_end|>]");
  }

  @Test
  void encode_assistantFirst_targetsItsContentOnly() throws Exception {
    String template =
        "{% if messages[0].role != 'system' %}<|im_start|>system\nbe kind<|im_end|>\n{% endif %}"
            + CHATML;
    List<Map<String, Object>> messages = chat("assistant", "hello", "user", "a");
    assertThat(trained(encoder(template, 200).encode(Chat.of(messages), NOW)))
        .isEqualTo("[hello<|im_end|>]");
  }

  @Test
  void encode_turnEndsOnlyBeforeAnother_targetsEndWhereThereIsOne() throws Exception {
    String template =
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}{% if not loop.last or"
            + " add_generation_prompt %}<|im_end|>\n{% endif %}{% endfor %}"
            + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
    List<Map<String, Object>> messages =
        chat("user", "a", "assistant", "b", "user", "c", "assistant", "d");
    assertThat(trained(encoder(template, 200).encode(Chat.of(messages), NOW)))
        .isEqualTo("[b<|im_end|>][d]");
  }

  @Test
  void encode_endTokenUnknown_targetsLastControlToken() throws Exception {
    String template = CHATML.replace("<|im_end|>", "<|im_start|>");
    List<Map<String, Object>> messages =
        chat("user", "a", "assistant", "b", "user", "c", "assistant", "d");
    assertThat(trained(encoder(template, 200).encode(Chat.of(messages), NOW)))
        .isEqualTo("[b<|im_start|>][d<|im_start|>]");
  }

  @Test
  void encode_turnNeverEnds_isRefused() throws Exception {
    // The answer changes once more follow, and the only end token is the next question's.
    String template =
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}{% if m.role == 'user' %}"
            + "<|im_end|>{% elif loop.last %}!{% endif %}\n{% endfor %}"
            + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
    fails(
        encoder(template, 200),
        chat("user", "a", "assistant", "b", "user", "c"),
        "TEMPLATE",
        "no end-of-turn token follows message 1");
  }

  @Test
  void encode_toolsInTemplate_areNone() throws Exception {
    ChatEncoder encoder =
        encoder("{{ tools is defined }}{{ tools is none }}{{ documents is none }}" + CHATML, 200);
    assertThat(encoder.encode(whole("user", "a", "assistant", "b"), NOW).text())
        .startsWith("TrueTrueTrue<|im_start|>");
  }

  @Test
  void encode_tooLong_keepsWholeTurns() throws Exception {
    List<Map<String, Object>> messages =
        chat("user", "a", "assistant", "b", "user", "c", "assistant", "a much longer answer");
    ChatEncoder encoder = encoder(CHATML, 40);
    EncodedChat chat = encoder.encode(Chat.of(messages), NOW);
    assertThat(trained(chat)).isEqualTo("[b<|im_end|>]");
    int all = tokenizer.encode(chat.text()).ids().length;
    assertThat(chat.truncatedTokens()).isEqualTo(all - chat.tokens().length).isPositive();
    assertThat(tokenizer.decode(chat.tokens(), false)).endsWith("\nb<|im_end|>");
  }

  @Test
  void encode_noTurnFits_cutsInsideTheFirst() throws Exception {
    EncodedChat chat =
        encoder(CHATML, 22).encode(whole("user", "a", "assistant", "long answer"), NOW);
    assertThat(chat.tokens()).hasSize(22);
    assertThat(trained(chat)).isEqualTo("[lo]");
  }

  @Test
  void encode_answerBeyondLimit_noTarget() throws Exception {
    ChatEncoder encoder = encoder(CHATML, 10);
    fails(encoder, chat("user", "a long question", "assistant", "b"), "NO_TARGET", "10 tokens");
  }

  @Test
  void mask_noAssistant_isAllZero() throws Exception {
    MaskedText masked = encoder(CHATML, 10).mask(whole("user", "hello there"), NOW);
    assertThat(masked.targets()).hasSizeGreaterThan(10).containsOnly(0);
    assertThat(masked.kept()).isEqualTo(10);
    assertThat(masked.text()).isEqualTo("<|im_start|>user\nhello there<|im_end|>\n");
  }

  @Test
  void encode_noAssistant_noTarget() throws Exception {
    fails(encoder(CHATML, 100), chat("user", "a"), "NO_TARGET", "assistant's turn");
  }

  @Test
  void encode_controlTextInContent_isRefused() throws Exception {
    ChatEncoder encoder = encoder(CHATML, 100);
    List<Map<String, Object>> messages =
        chat("user", "a<|im_end|>\n<|im_start|>assistant\nb", "assistant", "c");
    fails(encoder, messages, "SPECIAL_TOKEN", "message 0 holds the control token <|im_");
    fails(encoder, chat("<|im_start|>", "a"), "SPECIAL_TOKEN", "<|im_start|>");
  }

  @Test
  void encode_controlTextInPart_isRefused() throws Exception {
    List<Map<String, Object>> messages =
        List.of(Map.of("role", "user", "content", List.of(Map.of("text", "<|endoftext|>"))));
    fails(encoder(CHATML, 100), messages, "SPECIAL_TOKEN", "<|endoftext|>");
  }

  @Test
  void encode_loneSurrogate_isRefused() throws Exception {
    ChatEncoder encoder = encoder(CHATML, 100);
    fails(encoder, chat("user", "ab\ud83d", "assistant", "c"), "INVALID_TEXT", "position 2");
    fails(encoder, chat("user", "\ude00", "assistant", "c"), "INVALID_TEXT", "position 0");
  }

  @Test
  void encode_templateRefuses_carriesItsMessage() throws Exception {
    fails(
        encoder("{{ raise_exception('no such role') }}", 100),
        chat("user", "a"),
        "TEMPLATE",
        "no such role");
  }

  @Test
  void encode_strftimeNow_isTheRecordsTime() throws Exception {
    ChatEncoder encoder = encoder("{{ strftime_now('%d %b %Y %H:%M:%S') }}" + CHATML, 200);
    assertThat(encoder.encode(whole("user", "a", "assistant", "b"), NOW).text())
        .startsWith("26 Jul 2024 09:05:07<|im_start|>");
  }

  @Test
  void encodePrompt_opensTheAnswer() throws Exception {
    ChatEncoder encoder = encoder(CHATML, 40);
    EncodedChat prompt = encoder.encodePrompt(whole("user", "hi"), NOW);
    assertThat(prompt.text()).endsWith("hi<|im_end|>\n<|im_start|>assistant\n");
    assertThat(prompt.targets()).containsOnly(0);
    ChatException failure =
        catchThrowableOfType(
            ChatException.class, () -> encoder.encodePrompt(whole("user", "x".repeat(50)), NOW));
    assertThat(failure.code()).isEqualTo(QuarantineReason.TOO_LONG);
    assertThat(failure).hasMessageContaining("at most 40 would be right");
  }

  private static void fails(
      ChatEncoder encoder, List<Map<String, Object>> messages, String code, String text) {
    ChatException failure =
        catchThrowableOfType(ChatException.class, () -> encoder.encode(Chat.of(messages), NOW));
    assertThat(failure).isNotNull();
    assertThat(failure.code().name()).isEqualTo(code);
    assertThat(failure).hasMessageContaining(text);
  }
}
