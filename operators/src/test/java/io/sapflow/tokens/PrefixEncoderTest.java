package io.sapflow.tokens;

import static io.sapflow.tokens.TokenizerDirectories.CHATML;
import static io.sapflow.tokens.TokenizerDirectories.chat;
import static io.sapflow.tokens.TokenizerDirectories.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sapflow.schema.QuarantineReason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is cut is not tokenized, and what is kept is as if it had been. */
class PrefixEncoderTest {
  private static final int LONG = 1 << 18;
  private static final List<String> PIECES =
      List.of(
          "hello ",
          "the ",
          "a",
          "b",
          "\n",
          "\n\n",
          "   ",
          " ",
          "7",
          "12345",
          "é",
          "e\u0301",
          "😀",
          "👩‍👩‍👧",
          "中",
          "ab".repeat(40),
          " ".repeat(200),
          "=".repeat(90),
          ".",
          ",",
          "'s",
          "\t",
          "a\u0300\u0316\u0334",
          "Once upon a time",
          "\u202e",
          "_");

  @TempDir Path directory;

  private static String text(Random random, int length) {
    List<String> some = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(5); i++) {
      some.add(PIECES.get(random.nextInt(PIECES.size())));
    }
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(some.get(random.nextInt(some.size())));
    }
    return text.toString();
  }

  private static void prefixEqualsWhole(ModelTokenizer tokenizer, String... controls)
      throws ChatException {
    PrefixEncoder encoder = new PrefixEncoder(tokenizer::encode);
    Random random = new Random(11);
    int cut = 0;
    for (int i = 0; i < 120; i++) {
      StringBuilder text = new StringBuilder();
      for (int piece = random.nextInt(4); piece >= 0; piece--) {
        text.append(text(random, random.nextInt(6000)));
        text.append(controls[random.nextInt(controls.length)]);
      }
      int needed = 2 + random.nextInt(300);
      EncodedText whole = tokenizer.encode(text.toString());
      PrefixEncoder.Prefix prefix = encoder.encode(text.toString(), needed);
      int length = prefix.encoded().ids().length;
      assertThat(length).isGreaterThanOrEqualTo(Math.min(needed, whole.ids().length));
      assertThat(prefix.encoded().ids()).isEqualTo(Arrays.copyOf(whole.ids(), length));
      assertThat(prefix.encoded().spans()).isEqualTo(whole.spans().subList(0, length));
      assertThat(prefix.whole()).isEqualTo(prefix.end() == text.length());
      cut += prefix.whole() ? 0 : 1;
    }
    assertThat(cut).isGreaterThan(40);
  }

  @Test
  void prefix_ofRandomTexts_isTheBeginningOfTheWhole() throws Exception {
    TokenizerDirectories.copy(directory, CHATML);
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      prefixEqualsWhole(tokenizer, "<|im_end|>\n", "<|im_start|>user\n", "");
    }
  }

  @Test
  void prefix_ofRandomTexts_withWordsAndMerges_isTheBeginningOfTheWhole() throws Exception {
    try (ModelTokenizer tokenizer = ModelTokenizer.open(words())) {
      prefixEqualsWhole(tokenizer, "<|im_end|>\n", "<|im_start|>user\n", "");
    }
  }

  /** The tokenizer of the tests with GPT-2's cutting into words. */
  private Path words() throws Exception {
    TokenizerDirectories.copy(directory, CHATML);
    Path file = directory.resolve("tokenizer.json");
    String json = Files.readString(file);
    String words = json.replaceFirst("\"use_regex\": false", "\"use_regex\": true");
    assertThat(words).isNotEqualTo(json);
    Files.writeString(file, words);
    return directory;
  }

  @Test
  void prefix_ofRandomTexts_inAPublicModel_isTheBeginningOfTheWhole() throws Exception {
    Path model = Path.of("../../shared/models/stories260k");
    assumeTrue(Files.isDirectory(model), model + " is not there");
    for (String name : List.of("tokenizer.json", "special_tokens_map.json", "config.json")) {
      Files.copy(model.resolve(name), directory.resolve(name));
    }
    Files.writeString(directory.resolve("chat_template.jinja"), "{{ messages[0].content }}");
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      prefixEqualsWhole(tokenizer, "</s>", "<s>", "");
    }
  }

  @Test
  void encode_randomChats_equalsTheWholeCut() throws Exception {
    TokenizerDirectories.copy(directory, CHATML);
    Random random = new Random(5);
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      for (int i = 0; i < 60; i++) {
        List<Map<String, Object>> messages = new ArrayList<>();
        for (int turn = 0; turn < 2 + random.nextInt(9); turn++) {
          String content = text(random, random.nextInt(2500));
          messages.addAll(chat(turn % 2 == 0 ? "user" : "assistant", content));
        }
        ChatEncoder encoder = new ChatEncoder(tokenizer, 50 + random.nextInt(1500));
        MaskedText whole = encoder.mask(Chat.of(messages), 0);
        byte[] targets = Arrays.copyOf(whole.targets(), whole.kept());
        EncodedChat chat;
        try {
          chat = encoder.encode(Chat.of(messages), 0);
        } catch (ChatException e) {
          assertThat(e.code()).isEqualTo(QuarantineReason.NO_TARGET);
          assertThat(targets).containsOnly(0);
          continue;
        }
        assertThat(chat.targets()).isEqualTo(targets);
        assertThat(chat.tokens()).isEqualTo(Arrays.copyOf(whole.encoded().ids(), whole.kept()));
        int cut = whole.targets().length - whole.kept();
        assertThat(chat.truncatedTokens() == 0).isEqualTo(cut == 0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        " ",
        "7",
        "\n",
        "'",
        "\0",
        "中",
        "e\u0301\u0316",
        "\u0301",
        "😀",
        "\u202e",
        "\ufdfa",
        "<|im_start|",
        "ab "
      })
  void encode_longText_passesLittleOfItToTheTokenizer(String piece) throws Exception {
    TokenizerDirectories.copy(directory, CHATML);
    AtomicLong passed = new AtomicLong();
    AtomicLong made = new AtomicLong();
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      PrefixEncoder counted =
          new PrefixEncoder(
              text -> {
                passed.addAndGet(text.length());
                EncodedText encoded = tokenizer.encode(text);
                made.addAndGet(encoded.ids().length);
                return encoded;
              });
      ChatEncoder encoder = new ChatEncoder(tokenizer, 2048, counted);
      String content = piece.repeat(LONG / piece.length());
      EncodedChat chat = encoder.encode(whole("user", "hi", "assistant", content), 0);
      assertThat(chat.tokens()).hasSize(2048);
      assertThat(passed.get()).isLessThan(12_000);
      assertThat(made.get()).isLessThan(12_000);
      long all = tokenizer.encode(chat.text()).ids().length;
      assertThat((double) chat.truncatedTokens()).isBetween(0.9 * all - 2048, 1.1 * all - 2048);
    }
  }

  @Test
  void encode_longTokens_growsUntilEnoughStand() throws Exception {
    AtomicLong passed = new AtomicLong();
    // One token for a hundred characters.
    PrefixEncoder encoder =
        new PrefixEncoder(
            text -> {
              passed.addAndGet(text.length());
              List<io.sapflow.template.Span> spans = new ArrayList<>();
              for (int at = 0; at < text.length(); at += 100) {
                spans.add(new io.sapflow.template.Span(at, Math.min(at + 100, text.length())));
              }
              return new EncodedText(new int[spans.size()], spans);
            });
    PrefixEncoder.Prefix prefix = encoder.encode("x".repeat(LONG), 1000);
    assertThat(prefix.whole()).isFalse();
    assertThat(prefix.encoded().ids()).hasSizeBetween(1000, 2600);
    assertThat(prefix.end()).isEqualTo(prefix.encoded().ids().length * 100);
    assertThat(passed.get()).isLessThan(2L * LONG);
    assertThat(encoder.encode("x".repeat(LONG), 2600).whole()).isTrue();
  }
}
