package io.sapflow.toy;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToyTokenizerTest {
  @TempDir static Path directory;

  private static HuggingFaceTokenizer tokenizer;

  @BeforeAll
  static void load() throws IOException {
    ToyModelFiles.write(directory);
    tokenizer =
        HuggingFaceTokenizer.newInstance(
            directory.resolve("tokenizer.json"), Map.of("addSpecialTokens", "false"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void encode_everyWordInBothPositions_isOneToken() {
    for (String word : ToyVocabulary.words()) {
      assertThat(encode(word)).as(word).hasSize(1);
      assertThat(encode(" " + word)).as("blank " + word).hasSize(1);
      assertThat(tokenizer.decode(encode(" " + word), false)).isEqualTo(" " + word);
    }
  }

  @Test
  void encode_dialogueInTheChatForm_isOneTokenForEachWordAndMark() {
    Dialogue dialogue = new ToyWorld(1).newTask(1, Split.TRAIN).get(0);
    String text =
        "<|begin|><|user|>"
            + dialogue.prompt()
            + "<|end|><|assistant|>"
            + dialogue.answer()
            + "<|end|>";
    int words = dialogue.prompt().split(" ").length + dialogue.answer().split(" ").length;

    long[] ids = encode(text);

    assertThat(ids).hasSize(words + 5);
    assertThat(ids[0]).isEqualTo(SpecialToken.BEGIN.id());
    assertThat(ids[ids.length - 1]).isEqualTo(SpecialToken.END.id());
    assertThat(tokenizer.decode(ids, false)).isEqualTo(text);
  }

  @Test
  void encode_controlTokens_haveTheirIds() {
    for (SpecialToken token : SpecialToken.values()) {
      assertThat(encode(token.text())).containsExactly(token.id());
    }
  }

  @Test
  void decode_randomUnicode_isLossless() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(1, 24);
      for (int c = 0; c < length; c++) {
        text.appendCodePoint(codePoint(random));
      }
      assertRoundTrip(text.toString());
    }
  }

  @Test
  void decode_controlCharactersBlanksAndEmoji_isLossless() {
    StringBuilder latin = new StringBuilder();
    for (char c = 0; c < 256; c++) {
      latin.append(c);
    }
    assertRoundTrip(latin.toString());
    assertRoundTrip("  two  blanks, a tab\tand\r\nlines \n\n ");
    assertRoundTrip(
        "don't I'll \uD83D\uDE00\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67 e\u0301 \u0130 \uFB01");
    assertRoundTrip("how do i zorble , the gloob ? !");
  }

  @Test
  void encode_unknownText_isNoMoreTokensThanBytes() {
    String text = "Ünknown Words ☃";
    assertThat(encode(text).length)
        .isLessThanOrEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void vocabularySize_wholeWorld_isSmallAndTheTokenizersOwn() {
    int size = new ToyTokenizer().vocabularySize();

    assertThat(size).isLessThan(1500);
    assertThat(tokenizer.decode(new long[] {size - 1}, false)).isNotEmpty();
    assertThat(tokenizer.decode(new long[] {size}, false)).isEmpty();
  }

  /** Any scalar value but surrogates, one in two of them Latin or blank. */
  private static int codePoint(SplittableRandom random) {
    if (random.nextBoolean()) {
      return random.nextInt(256);
    }
    int point = random.nextInt(Character.MAX_CODE_POINT + 1);
    return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? ' ' : point;
  }

  private static void assertRoundTrip(String text) {
    assertThat(tokenizer.decode(encode(text), false)).isEqualTo(text);
  }

  private static long[] encode(String text) {
    Encoding encoding = tokenizer.encode(text);
    return encoding.getIds();
  }
}
