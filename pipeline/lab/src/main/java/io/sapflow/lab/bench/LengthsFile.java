package io.sapflow.lab.bench;

import io.sapflow.local.files.ExampleFile;
import io.sapflow.local.files.FileEntry;
import io.sapflow.local.files.FileExample;
import io.sapflow.local.files.RecordFile;
import io.sapflow.schema.Message;
import io.sapflow.tokens.ChatEncoder;
import io.sapflow.tokens.ChatException;
import io.sapflow.tokens.Chats;
import io.sapflow.tokens.EncodedChat;
import io.sapflow.tokens.ModelTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The histogram of a file of examples. */
public final class LengthsFile {

  /** Without a tokenizer: so many characters are a token, as in English text. */
  static final int CHARACTERS = 4;

  private static final int LONGEST = 1 << 20;

  private LengthsFile() {}

  /** How an example is counted; empty for one that the model cannot be told. */
  private interface Count {
    Optional<Lengths> of(FileExample example);
  }

  /**
   * Counts by the tokenizer and chat template of a model directory, or where it has none by
   * characters. Examples that cannot be read or told are left out.
   */
  public static LengthHistogram read(Path file, Path model) {
    if (!Files.exists(model.resolve("tokenizer.json"))) {
      return read(file, LengthsFile::byCharacters);
    }
    try (ModelTokenizer tokenizer = ModelTokenizer.open(model)) {
      ChatEncoder encoder = new ChatEncoder(tokenizer, LONGEST);
      return read(file, example -> byTokens(encoder, example));
    }
  }

  private static LengthHistogram read(Path file, Count count) {
    List<Lengths> lengths = new ArrayList<>();
    try (RecordFile<FileExample> examples = ExampleFile.open(file)) {
      while (examples.hasNext()) {
        if (examples.next() instanceof FileEntry.Parsed<FileExample> parsed) {
          count.of(parsed.value()).ifPresent(lengths::add);
        }
      }
    }
    if (lengths.isEmpty()) {
      throw new IllegalArgumentException(
          file + ": found no example that the model can be told, expected at least one");
    }
    return LengthHistogram.of(lengths);
  }

  private static Optional<Lengths> byTokens(ChatEncoder encoder, FileExample example) {
    try {
      EncodedChat chat = encoder.encode(Chats.of(example.messages(), example.tools()), 0);
      int answer = 0;
      for (byte target : chat.targets()) {
        answer += target;
      }
      return Optional.of(new Lengths(chat.tokens().length - answer, answer));
    } catch (ChatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Lengths> byCharacters(FileExample example) {
    int prompt = 0;
    int answer = 0;
    for (Message message : example.messages()) {
      if (message.getRole().equals("assistant")) {
        answer += message.getContent().length();
      } else {
        prompt += message.getContent().length();
      }
    }
    return Optional.of(new Lengths(tokens(prompt), tokens(answer)));
  }

  private static int tokens(int characters) {
    return Math.max(1, (characters + CHARACTERS - 1) / CHARACTERS);
  }
}
