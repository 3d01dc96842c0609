package io.sapflow.tokens;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;
import io.sapflow.model.NoDownloads;
import io.sapflow.schema.Message;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.Turns;
import io.sapflow.template.ChatTemplate;
import io.sapflow.template.Span;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

/**
 * The tokenizer and the chat template of a model directory in the Hugging Face layout: {@code
 * tokenizer.json}, {@code tokenizer_config.json}, {@code special_tokens_map.json}, {@code
 * generation_config.json}, {@code config.json} and {@code chat_template.jinja}.
 *
 * <p>Encoding adds no control tokens: the template writes them. Any number of threads may use one
 * instance until it is closed; the native tokenizer is never changed after it is opened.
 */
public final class ModelTokenizer implements AutoCloseable {
  private final Path directory;

  static {
    NoDownloads.tellDjl();
  }

  private final HuggingFaceTokenizer tokenizer;
  private final TokenizerFiles files;
  private final Set<Integer> specialIds;

  private ModelTokenizer(Path directory, HuggingFaceTokenizer tokenizer, TokenizerFiles files) {
    this.directory = directory;
    this.tokenizer = tokenizer;
    this.files = files;
    this.specialIds = Set.copyOf(files.special().values());
  }

  /** Opens the tokenizer of a directory; a {@link ModelException} names the file at fault. */
  public static ModelTokenizer open(Path directory) {
    TokenizerFiles files = TokenizerFiles.read(directory);
    Path path = directory.resolve("tokenizer.json");
    Map<String, String> options =
        Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
    try (InputStream in = Files.newInputStream(path)) {
      return new ModelTokenizer(directory, HuggingFaceTokenizer.newInstance(in, options), files);
    } catch (IOException | RuntimeException e) {
      throw new ModelException(
          path + ": is not a tokenizer of the tokenizers library: " + e.getMessage(), e);
    }
  }

  /**
   * Checks that the model can be trained with this tokenizer: no token lies beyond its embedding,
   * and the chat template renders a question with its answer.
   *
   * @throws ModelException naming the file, what was found and what would be right
   */
  public void check(ModelConfig config) {
    if (files.largestId() >= config.vocabSize()) {
      throw new ModelException(
          directory.resolve("tokenizer.json")
              + ": has tokens up to id "
              + files.largestId()
              + ", but the model embeds "
              + config.vocabSize()
              + "; ids up to "
              + (config.vocabSize() - 1)
              + " would be right");
    }
    List<Message> trial = List.of(Turns.of("user", "hello"), Turns.of("assistant", "hi"));
    try {
      new ChatEncoder(this, Integer.MAX_VALUE).encode(Chats.of(trial), 0);
    } catch (ChatException e) {
      throw new ModelException(
          directory
              + ": chat_template fails on a question with its answer: "
              + e.getMessage()
              + "; a template that renders them would be right",
          e);
    }
  }

  /** The model's chat template. */
  public ChatTemplate template() {
    return files.template();
  }

  /** Texts of bos_token, eos_token, pad_token and unk_token, as far as the model names them. */
  public Map<String, String> namedTokens() {
    return files.named();
  }

  /** The tokens that end an answer: see {@link EndTokens}. */
  public SortedSet<Integer> endIds() {
    return files.endIds();
  }

  /** The ids of the control tokens. */
  Set<Integer> controlIds() {
    return specialIds;
  }

  /** The ids of the control tokens by their texts. */
  Map<String, Integer> controls() {
    return files.special();
  }

  /** The texts of the control tokens. */
  public Set<String> controlTexts() {
    return files.special().keySet();
  }

  /**
   * Encodes a text that may hold control tokens. A lone surrogate is INVALID_TEXT, and so is what
   * the tokenizer has no token for, not even an unknown one.
   */
  public EncodedText encode(String text) throws ChatException {
    checkSurrogates(text, "the text");
    Encoding encoding = encoding(text);
    long[] ids = encoding.getIds();
    CharSpan[] found = encoding.getCharTokenSpans();
    int[] tokens = new int[ids.length];
    List<Span> spans = new ArrayList<>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      tokens[i] = Math.toIntExact(ids[i]);
      // A token without a place, as some normalizers make, counts as empty where the last one
      // ended.
      int end = spans.isEmpty() ? 0 : spans.get(i - 1).end();
      spans.add(
          found[i] == null ? new Span(end, end) : new Span(found[i].getStart(), found[i].getEnd()));
    }
    return new EncodedText(tokens, spans);
  }

  private Encoding encoding(String text) throws ChatException {
    try {
      return tokenizer.encode(text, false, false);
    } catch (RuntimeException e) {
      throw new ChatException(
          QuarantineReason.INVALID_TEXT,
          directory.resolve("tokenizer.json")
              + " has no token for a part of the text ("
              + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
              + "); a text that it can spell would be right");
    }
  }

  /** The text of tokens; control tokens are left out where asked. */
  public String decode(int[] tokens, boolean skipSpecial) {
    long[] ids = new long[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      ids[i] = tokens[i];
    }
    return tokenizer.decode(ids, skipSpecial);
  }

  /**
   * Checks a text that someone else wrote: no lone surrogate (INVALID_TEXT) and no control token as
   * it is written (SPECIAL_TOKEN).
   *
   * @param where what messages call the text
   */
  public void checkContent(String text, String where) throws ChatException {
    checkSurrogates(text, where);
    for (String control : files.special().keySet()) {
      if (!control.isEmpty() && text.contains(control)) {
        throw forged(where, control);
      }
    }
  }

  /** Checks that the tokenizer makes no control token of a text that someone else wrote. */
  void checkTokens(String text, String where) throws ChatException {
    for (int id : encode(text).ids()) {
      if (specialIds.contains(id)) {
        throw forged(where, decode(new int[] {id}, false));
      }
    }
  }

  /**
   * Whether some control token stands among the tokens that is not written in the text:
   * normalization makes them of other characters, and unknown characters become one.
   */
  boolean holdsUnwritten(String text, EncodedText encoded) {
    for (int i = 0; i < encoded.ids().length; i++) {
      int id = encoded.ids()[i];
      if (specialIds.contains(id)) {
        Span at = encoded.spans().get(i).toUtf16(text);
        String source = text.substring(at.start(), at.end());
        boolean written =
            files.special().entrySet().stream()
                .anyMatch(e -> e.getValue() == id && source.contains(e.getKey()));
        if (!written) {
          return true;
        }
      }
    }
    return false;
  }

  private static ChatException forged(String where, String control) {
    return new ChatException(
        QuarantineReason.SPECIAL_TOKEN,
        where + " holds the control token " + control + "; only the chat template may write it");
  }

  private static void checkSurrogates(String text, String where) throws ChatException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new ChatException(
            QuarantineReason.INVALID_TEXT,
            where
                + " holds a lone surrogate at UTF-16 position "
                + i
                + "; whole characters would be right");
      }
    }
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
