package io.sapflow.local.files;

import io.sapflow.schema.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Files of examples. Each entry may have another form: {@code messages} (turns of {@code role} and
 * {@code content}), ShareGPT's {@code conversations} (turns of {@code from} and {@code value}),
 * {@code prompt} with {@code completion} or {@code response} (texts or turns), or Alpaca's {@code
 * instruction}, {@code input}, {@code output} and {@code history}. A text {@code system} stands
 * before the turns.
 */
public final class ExampleFile {

  private static final String FORMS =
      "messages, conversations, prompt with completion or response, or instruction with output";

  private ExampleFile() {}

  /**
   * Opens a file of examples.
   *
   * @throws IllegalArgumentException for a file that cannot be read or of which no entry can, in
   *     one line that names it
   */
  public static RecordFile<FileExample> open(Path file) {
    return open(file, Reading.PLAIN);
  }

  /** The same, read in some way. */
  public static RecordFile<FileExample> open(Path file, Reading reading) {
    return RecordFile.open(
        file, "JSONL or a JSON array, of objects with " + FORMS, ExampleFile::read, reading);
  }

  private static FileExample read(JsonRow row) throws BadRowException {
    List<Message> messages = new ArrayList<>();
    Set<String> used;
    if (row.has("messages")) {
      messages.addAll(row.turns("messages"));
      used = Set.of("id", "system");
    } else if (row.has("conversations")) {
      messages.addAll(row.turns("conversations"));
      used = Set.of("id", "system");
    } else if (row.has("instruction") && row.has("output")) {
      messages.addAll(row.history("history"));
      messages.add(new Message("user", instruction(row)));
      messages.add(new Message("assistant", row.text("output")));
      used = Set.of("id", "system", "instruction", "input", "output", "history");
    } else if (row.has("prompt") && row.first("completion", "response") != null) {
      String answer = row.first("completion", "response");
      messages.addAll(row.turns("prompt", "user"));
      messages.addAll(row.turns(answer, "assistant"));
      used = Set.of("id", "system", "prompt", answer);
    } else {
      throw new BadRowException(
          "found an object with the fields [" + row.fields() + "], expected " + FORMS);
    }
    String system = row.textOrEmpty("system");
    if (!system.isBlank()) {
      messages.add(0, new Message("system", system));
    }
    return new FileExample(
        row.id(Long.toString(row.number())), List.copyOf(messages), row.attributes(used), Set.of());
  }

  private static String instruction(JsonRow row) throws BadRowException {
    String input = row.textOrEmpty("input");
    return input.isBlank() ? row.text("instruction") : row.text("instruction") + "\n\n" + input;
  }
}
