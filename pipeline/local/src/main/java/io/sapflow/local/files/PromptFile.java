package io.sapflow.local.files;

import io.sapflow.local.files.KnownFields.Form;
import io.sapflow.schema.Message;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * Files of probe prompts: {@code prompt} (a text or turns), {@code kind} (harmful or benign), and
 * optionally {@code id}, {@code system}, {@code category}, and two answers to compare, {@code safe}
 * and {@code harmful}. Also AdvBench's rows ({@code goal}: a harmful prompt) and XSTest's ({@code
 * label}, or without one {@code type}, is safe or unsafe). An entry without an id gets one from its
 * content, so that loading a file again changes nothing. docs/data.md has every field.
 */
public final class PromptFile {

  private static final String FORM =
      "prompt and kind (harmful or benign), goal, or prompt and label or type (safe or unsafe)";

  private PromptFile() {}

  /**
   * Opens a file of probe prompts.
   *
   * @throws IllegalArgumentException for a file that cannot be read or of which no entry can, in
   *     one line that names it
   */
  public static RecordFile<ProbePrompt> open(Path file) {
    return open(file, Reading.PLAIN);
  }

  /** The same, read in some way. */
  public static RecordFile<ProbePrompt> open(Path file, Reading reading) {
    return RecordFile.open(
        file, "JSONL, a JSON array or CSV, of objects with " + FORM, PromptFile::read, reading);
  }

  /** A row's prompt; the row then knows which of its fields are unknown. */
  static ProbePrompt read(JsonRow row) throws BadRowException {
    if (row.has("prompt") && row.has("kind")) {
      return prompt(row, Form.PROMPT_KIND, "prompt", kind(row.text("kind")), "category");
    }
    if (row.has("goal")) {
      return prompt(row, Form.PROMPT_GOAL, "goal", PromptKind.HARMFUL, "category");
    }
    if (row.has("prompt") && row.has("label")) {
      PromptKind kind = safety("label", row.text("label"));
      return prompt(row, Form.PROMPT_LABEL, "prompt", kind, row.has("type") ? "type" : "category");
    }
    if (row.has("prompt") && row.has("type")) {
      PromptKind kind = safety("type", row.text("type"));
      return prompt(row, Form.PROMPT_LABEL, "prompt", kind, "category");
    }
    throw new BadRowException(
        "found an object with the fields [" + row.fields() + "], expected " + FORM);
  }

  private static ProbePrompt prompt(
      JsonRow row, Form form, String text, PromptKind kind, String category)
      throws BadRowException {
    UUID digest = UUID.nameUUIDFromBytes(row.canonical().getBytes(StandardCharsets.UTF_8));
    TurnReader reader = new TurnReader(row, true);
    List<Message> messages = PairFile.prompt(reader, reader.turns(text, "user"));
    String safe = row.has("safe") ? row.text("safe") : null;
    String harmful = row.has("harmful") ? row.text("harmful") : null;
    if (safe != null && harmful != null && safe.strip().equals(harmful.strip())) {
      throw new BadRowException("harmful: found the same text as safe, expected another answer");
    }
    row.know(form);
    return ProbePrompt.newBuilder()
        .setId(row.id("prompt-" + digest))
        .setKind(kind)
        .setPrompt(messages)
        .setCategory(row.textOrEmpty(category))
        .setActive(true)
        .setSafe(safe)
        .setHarmful(harmful)
        .build();
  }

  private static PromptKind safety(String field, String text) throws BadRowException {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "unsafe" -> PromptKind.HARMFUL;
      case "safe" -> PromptKind.BENIGN;
      default -> throw new BadRowException(field + ": expected safe or unsafe");
    };
  }

  private static PromptKind kind(String text) throws BadRowException {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "harmful" -> PromptKind.HARMFUL;
      case "benign" -> PromptKind.BENIGN;
      default -> throw new BadRowException("kind: expected harmful or benign");
    };
  }
}
