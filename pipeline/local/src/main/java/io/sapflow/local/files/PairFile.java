package io.sapflow.local.files;

import io.sapflow.schema.Message;
import io.sapflow.schema.SafetyPair;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * Files of safety pairs: {@code prompt} (a text or turns), {@code chosen} (the safe answer, a text
 * or one assistant turn), {@code rejected} (the harmful one), and optionally {@code id} and {@code
 * category}. An entry without an id gets one from its content, so that loading a file again changes
 * nothing.
 */
public final class PairFile {

  private static final String FORM = "prompt, chosen (the safe answer) and rejected";

  private PairFile() {}

  /**
   * Opens a file of safety pairs.
   *
   * @throws IllegalArgumentException for a file that cannot be read or of which no entry can, in
   *     one line that names it
   */
  public static RecordFile<SafetyPair> open(Path file) {
    return open(file, Reading.PLAIN);
  }

  /** The same, read in some way. */
  public static RecordFile<SafetyPair> open(Path file, Reading reading) {
    return RecordFile.open(
        file, "JSONL, a JSON array or CSV, of objects with " + FORM, PairFile::read, reading);
  }

  private static SafetyPair read(JsonRow row) throws BadRowException {
    if (!row.has("prompt") || !row.has("chosen") || !row.has("rejected")) {
      throw new BadRowException(
          "found an object with the fields [" + row.fields() + "], expected " + FORM);
    }
    return SafetyPair.newBuilder()
        .setId(row.id("pair-" + digest(row.canonical())))
        .setPrompt(row.turns("prompt", "user"))
        .setSafe(answer(row, "chosen"))
        .setHarmful(answer(row, "rejected"))
        .setCategory(row.textOrEmpty("category"))
        .build();
  }

  private static String answer(JsonRow row, String field) throws BadRowException {
    List<Message> turns = row.turns(field, "assistant");
    if (turns.size() != 1 || !turns.get(0).getRole().equals("assistant")) {
      throw new BadRowException(
          field + ": found " + turns.size() + " turn(s), expected one by the assistant, or a text");
    }
    return turns.get(0).getContent();
  }

  private static UUID digest(String text) {
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
