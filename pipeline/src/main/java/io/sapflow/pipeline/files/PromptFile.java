package io.sapflow.pipeline.files;

import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;

/**
 * Files of probe prompts: {@code prompt} (a text or turns), {@code kind} (harmful or benign), and
 * optionally {@code id}, {@code category}, and two answers to compare, {@code safe} and {@code
 * harmful}. An entry without an id gets one from its content, so that loading a file again changes
 * nothing.
 */
public final class PromptFile {

  private static final String FORM = "prompt and kind (harmful or benign)";

  private PromptFile() {}

  /**
   * Opens a file of probe prompts.
   *
   * @throws IllegalArgumentException for a file that cannot be read or of which no entry can, in
   *     one line that names it
   */
  public static RecordFile<ProbePrompt> open(Path file) {
    return RecordFile.open(
        file, "JSONL or a JSON array, of objects with " + FORM, PromptFile::read);
  }

  private static ProbePrompt read(JsonRow row) throws BadRowException {
    if (!row.has("prompt") || !row.has("kind")) {
      throw new BadRowException(
          "found an object with the fields [" + row.fields() + "], expected " + FORM);
    }
    UUID digest = UUID.nameUUIDFromBytes(row.canonical().getBytes(StandardCharsets.UTF_8));
    return ProbePrompt.newBuilder()
        .setId(row.id("prompt-" + digest))
        .setKind(kind(row.text("kind")))
        .setPrompt(row.turns("prompt", "user"))
        .setCategory(row.textOrEmpty("category"))
        .setActive(true)
        .setSafe(row.has("safe") ? row.text("safe") : null)
        .setHarmful(row.has("harmful") ? row.text("harmful") : null)
        .build();
  }

  private static PromptKind kind(String text) throws BadRowException {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "harmful" -> PromptKind.HARMFUL;
      case "benign" -> PromptKind.BENIGN;
      default -> throw new BadRowException("kind: expected harmful or benign");
    };
  }
}
