package io.sapflow.local.files;

import io.sapflow.local.files.KnownFields.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Files of examples. Each entry may have another form: {@code messages} (turns of {@code role} and
 * {@code content}), ShareGPT's {@code conversations} (turns of {@code from} and {@code value}),
 * {@code prompt} with {@code completion} or {@code response} (texts or turns), or Alpaca's {@code
 * instruction}, {@code input}, {@code output} and {@code history}. A text {@code system} stands
 * before the turns. docs/data.md has every field.
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

  /**
   * A file that is one entry, or a list of its messages.
   *
   * @throws IllegalArgumentException for any other content, in one line that names the file
   * @throws IOException if it cannot be read
   */
  public static FileExample one(Path file) throws IOException {
    try {
      return read(JsonRow.parseOne(Files.readAllBytes(file)));
    } catch (BadRowException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /** A row's example; the row then knows which of its fields are unknown. */
  static FileExample read(JsonRow row) throws BadRowException {
    TurnReader reader = new TurnReader(row, false);
    List<RowTurn> turns = new ArrayList<>();
    Form form = form(row);
    Set<String> used;
    switch (form) {
      case MESSAGES, CONVERSATIONS -> {
        String field = form == Form.MESSAGES ? "messages" : "conversations";
        turns.addAll(ExampleWeights.masked(row, field, reader.turns(field)));
        used = Set.of();
      }
      case ALPACA -> {
        turns.addAll(reader.history("history"));
        turns.add(TurnReader.text("instruction", "user", row.instruction()));
        turns.add(TurnReader.text("output", "assistant", row.text("output")));
        used = Set.of("instruction", "input", "output", "history");
      }
      default -> {
        String answer = row.first("completion", "response");
        if (row.has("completion") && row.has("response")) {
          throw new BadRowException(
              "response: found one beside completion, expected one of the two");
        }
        turns.addAll(reader.turns("prompt", "user"));
        turns.addAll(reader.turns(answer, "assistant"));
        used = Set.of("prompt", answer);
      }
    }
    row.know(form);
    ExampleWeights.check(row, form);
    ExampleWeights.checkTurns(turns);
    List<String> but = new ArrayList<>(used);
    but.addAll(List.of("id", "system", "tools", "weight", "train"));
    return new FileExample(
        row.id(Long.toString(row.number())),
        reader.ordered(turns),
        RowTools.read(row),
        row.attributes(Set.copyOf(but)),
        row.unknown());
  }

  private static Form form(JsonRow row) throws BadRowException {
    if (row.has("messages")) {
      return Form.MESSAGES;
    }
    if (row.has("conversations")) {
      return Form.CONVERSATIONS;
    }
    if (row.has("instruction") && row.has("output")) {
      return Form.ALPACA;
    }
    if (row.has("prompt") && row.first("completion", "response") != null) {
      return Form.COMPLETION;
    }
    throw new BadRowException(
        "found an object with the fields [" + row.fields() + "], expected " + FORMS);
  }
}
