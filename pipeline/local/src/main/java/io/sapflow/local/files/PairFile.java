package io.sapflow.local.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.sapflow.local.files.KnownFields.Form;
import io.sapflow.schema.Message;
import io.sapflow.schema.SafetyPair;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Files of safety pairs: {@code prompt} (a text or turns), {@code chosen} (the safe answer) and
 * {@code rejected} (the harmful one), and optionally {@code id}, {@code system} and {@code
 * category}. Answers are texts, one assistant turn, or whole conversations; these need no prompt
 * beside them. Also LLaMA-Factory's rows and Anthropic HH's. An entry without an id gets one from
 * its content, so that loading a file again changes nothing. docs/data.md has every field.
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

  /** A row's pair; the row then knows which of its fields are unknown. */
  static SafetyPair read(JsonRow row) throws BadRowException {
    if (!row.has("chosen") || !row.has("rejected")) {
      throw other(row);
    }
    TurnReader reader = new TurnReader(row, true);
    Form form = form(row);
    PairAnswer chosen = PairAnswer.read(reader, row, "chosen");
    PairAnswer rejected = PairAnswer.read(reader, row, "rejected");
    List<RowTurn> before = new ArrayList<>();
    switch (form) {
      case PAIR -> before.addAll(reader.turns("prompt", "user"));
      case PAIR_CONVERSATIONS -> before.addAll(reader.turns("conversations"));
      case PAIR_ALPACA -> {
        before.addAll(reader.history("history"));
        before.add(TurnReader.text("instruction", "user", row.instruction()));
      }
      default -> before.addAll(implicit(row, chosen, rejected));
    }
    String safe = chosen.text(before);
    String harmful = rejected.text(before);
    if (safe.strip().equals(harmful.strip())) {
      throw new BadRowException("rejected: found the same text as chosen, expected another answer");
    }
    row.know(form);
    scores(row);
    return SafetyPair.newBuilder()
        .setId(row.id("pair-" + digest(row.canonical())))
        .setPrompt(prompt(reader, PairAnswer.withSystem(before, chosen, rejected)))
        .setSafe(safe)
        .setHarmful(harmful)
        .setCategory(row.textOrEmpty("category"))
        .build();
  }

  /** Scores say which answer is the better: they must not contradict the fields. */
  private static void scores(JsonRow row) throws BadRowException {
    JsonNode chosen = row.get("score_chosen");
    JsonNode rejected = row.get("score_rejected");
    if (chosen.isNumber() && rejected.isNumber() && chosen.asDouble() < rejected.asDouble()) {
      throw new BadRowException(
          "score_chosen: found "
              + chosen.asText()
              + " below score_rejected "
              + rejected.asText()
              + ", expected the chosen answer to be no worse");
    }
  }

  private static Form form(JsonRow row) {
    if (row.has("prompt")) {
      return Form.PAIR;
    }
    if (row.has("conversations")) {
      return Form.PAIR_CONVERSATIONS;
    }
    return row.has("instruction") ? Form.PAIR_ALPACA : Form.PAIR_IMPLICIT;
  }

  private static BadRowException other(JsonRow row) {
    return new BadRowException(
        "found an object with the fields [" + row.fields() + "], expected " + FORM);
  }

  /** The common beginning of two conversations. */
  private static List<RowTurn> implicit(JsonRow row, PairAnswer chosen, PairAnswer rejected)
      throws BadRowException {
    if (!chosen.isConversation() && !rejected.isConversation()) {
      throw other(row);
    }
    if (!PairAnswer.same(chosen.beginning(), rejected.beginning())) {
      throw new BadRowException(
          "rejected: found a conversation that differs from chosen before its last turn, expected"
              + " the same one up to the answer");
    }
    return chosen.beginning();
  }

  /** The turns of a prompt, which must end with a question. */
  static List<Message> prompt(TurnReader reader, List<RowTurn> turns) throws BadRowException {
    List<Message> messages = reader.ordered(turns);
    if (!turns.isEmpty() && !turns.get(turns.size() - 1).role().equals("user")) {
      RowTurn last = turns.get(turns.size() - 1);
      throw new BadRowException(
          last.place()
              + ": found "
              + last.said()
              + " as the last turn before the answer, expected the user's");
    }
    return messages;
  }

  private static UUID digest(String text) {
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
