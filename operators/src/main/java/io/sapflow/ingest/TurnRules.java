package io.sapflow.ingest;

import io.sapflow.schema.Message;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.ToolCall;
import java.util.List;

/**
 * What a turn may hold beside its content: what belongs to another role, or cannot be honoured, is
 * refused by name and never passed over.
 */
final class TurnRules {

  private final IngestLimits limits;

  TurnRules(IngestLimits limits) {
    this.limits = limits;
  }

  /** Characters of all that a turn holds. */
  static long characters(Message turn) {
    long chars = turn.getContent().length() + turn.getReasoning().length();
    chars += turn.getName().length() + turn.getToolCallId().length();
    for (ToolCall call : turn.getToolCalls()) {
      chars += call.getId().length() + call.getName().length() + call.getArguments().length();
    }
    return chars;
  }

  /** Whether a turn is the assistant's and has something in it. */
  static boolean answers(Message turn) {
    return turn.getRole().equals("assistant")
        && !(turn.getContent().isBlank()
            && turn.getReasoning().isBlank()
            && turn.getToolCalls().isEmpty());
  }

  static boolean learnt(Message turn) {
    return turn.getWeight() == null || turn.getWeight() != 0;
  }

  /** Checks the turns of an example. */
  void check(String field, List<Message> turns) throws RejectedRecordException {
    long calls = turns.stream().mapToLong(turn -> turn.getToolCalls().size()).sum();
    if (calls > limits.turns()) {
      throw Rules.rejected(
          QuarantineReason.TOO_MANY_TURNS,
          field
              + ": found "
              + calls
              + " tool calls in all turns, expected at most "
              + limits.turns()
              + " (sapflow.ingest.max-turns)");
    }
    for (int i = 0; i < turns.size(); i++) {
      check(field + "[" + i + "]", turns.get(i));
    }
  }

  private void check(String turn, Message message) throws RejectedRecordException {
    String role = message.getRole();
    only(turn + ".toolCalls", role, "assistant", !message.getToolCalls().isEmpty());
    only(turn + ".reasoning", role, "assistant", !message.getReasoning().isEmpty());
    only(turn + ".toolCallId", role, "tool", !message.getToolCallId().isEmpty());
    if (!message.getHasContent()
        && (message.getToolCalls().isEmpty() || !message.getContent().isEmpty())) {
      throw Rules.rejected(
          QuarantineReason.MISPLACED_FIELD,
          turn
              + ".hasContent: found false, expected true where a turn has a content or no tool call");
    }
    weight(turn + ".weight", role, message.getWeight());
    shortId(turn + ".name", message.getName());
    shortId(turn + ".toolCallId", message.getToolCallId());
    for (int i = 0; i < message.getToolCalls().size(); i++) {
      call(turn + ".toolCalls[" + i + "]", message.getToolCalls().get(i));
    }
  }

  private static void only(String field, String role, String owner, boolean there)
      throws RejectedRecordException {
    if (there && !role.equals(owner)) {
      throw Rules.rejected(
          QuarantineReason.MISPLACED_FIELD,
          field + ": found one in a turn of role " + role + ", expected it in one of " + owner);
    }
  }

  private static void weight(String field, String role, Integer weight)
      throws RejectedRecordException {
    if (weight == null || weight == 0 || (weight == 1 && role.equals("assistant"))) {
      return;
    }
    throw Rules.rejected(
        QuarantineReason.INVALID_WEIGHT,
        field
            + ": found "
            + weight
            + (weight == 1 ? " in a turn of role " + role + ", expected 0" : ", expected 0 or 1"));
  }

  private void call(String field, ToolCall call) throws RejectedRecordException {
    shortId(field + ".id", call.getId());
    shortId(field + ".name", call.getName());
    if (call.getName().isBlank()) {
      throw Rules.rejected(
          QuarantineReason.INVALID_TOOLS,
          field + ".name: found nothing but blanks, expected the tool's name");
    }
    try {
      Texts.requireWhole(JsonTexts.texts(JsonTexts.arguments(call.getArguments())));
    } catch (IllegalArgumentException e) {
      throw Rules.rejected(
          QuarantineReason.INVALID_TOOLS,
          field + ".arguments: found " + e.getMessage() + ", expected a JSON object or string");
    }
  }

  /** Checks the tools of an example. */
  void tools(String field, String tools) throws RejectedRecordException {
    try {
      Texts.requireWhole(JsonTexts.texts(JsonTexts.tools(tools)));
    } catch (IllegalArgumentException e) {
      throw Rules.rejected(
          QuarantineReason.INVALID_TOOLS,
          field
              + ": found "
              + e.getMessage()
              + ", expected a JSON list of objects, or no text for no tools");
    }
  }

  /** Checks the turns of a pair's or probe's prompt, of which nothing is learnt. */
  static void plain(String field, List<Message> turns) throws RejectedRecordException {
    for (int i = 0; i < turns.size(); i++) {
      Message turn = turns.get(i);
      String found =
          !turn.getToolCalls().isEmpty()
              ? "toolCalls"
              : !turn.getReasoning().isEmpty()
                  ? "reasoning"
                  : !turn.getToolCallId().isEmpty()
                      ? "toolCallId"
                      : !turn.getName().isEmpty()
                          ? "name"
                          : turn.getWeight() != null
                              ? "weight"
                              : turn.getHasContent() ? null : "hasContent";
      if (found != null) {
        throw Rules.rejected(
            QuarantineReason.MISPLACED_FIELD,
            field
                + "["
                + i
                + "]."
                + found
                + ": found one in a prompt, expected turns of role and content alone");
      }
    }
  }

  private void shortId(String field, String text) throws RejectedRecordException {
    if (text.length() > limits.idChars()) {
      throw Rules.rejected(
          QuarantineReason.ID_TOO_LONG,
          field
              + ": found "
              + text.length()
              + " characters, expected at most "
              + limits.idChars()
              + " (sapflow.ingest.max-id-chars)");
    }
  }
}
