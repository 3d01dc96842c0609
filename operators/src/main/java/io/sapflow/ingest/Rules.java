package io.sapflow.ingest;

import io.sapflow.schema.Message;
import io.sapflow.schema.QuarantineReason;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rules that records of several types share. Each refuses with a reason and names the field. */
final class Rules {

  private static final int MOST_REASON = 2000;

  /** This stage's name in quarantine. */
  static final String STAGE = "ingest";

  private static final List<String> ROLES = List.of("system", "user", "assistant");

  private final IngestLimits limits;

  Rules(IngestLimits limits) {
    this.limits = limits;
  }

  static RejectedRecordException rejected(QuarantineReason code, String message) {
    return new RejectedRecordException(STAGE, code, message);
  }

  void id(String id) throws RejectedRecordException {
    filled("id", id, QuarantineReason.EMPTY_ID);
    length("id", id, limits.idChars(), "sapflow.ingest.max-id-chars", QuarantineReason.ID_TOO_LONG);
  }

  void source(String field, String source) throws RejectedRecordException {
    length(
        field,
        source,
        limits.idChars(),
        "sapflow.ingest.max-id-chars",
        QuarantineReason.SOURCE_TOO_LONG);
  }

  /** Reports and alerts repeat it. */
  void category(String category) throws RejectedRecordException {
    length(
        "category",
        category,
        limits.idChars(),
        "sapflow.ingest.max-id-chars",
        QuarantineReason.CATEGORY_TOO_LONG);
  }

  /** What an example or a command carries by name. */
  void attributes(String field, Map<String, String> attributes) throws RejectedRecordException {
    if (attributes.size() > limits.attributes()) {
      throw rejected(
          QuarantineReason.TOO_MANY_ATTRIBUTES,
          field
              + ": found "
              + attributes.size()
              + ", expected at most "
              + limits.attributes()
              + " (sapflow.ingest.max-attributes)");
    }
    long chars = 0;
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      chars += attribute.getKey().length() + attribute.getValue().length();
    }
    if (chars > limits.attributeChars()) {
      throw rejected(
          QuarantineReason.ATTRIBUTES_TOO_LONG,
          field
              + ": found "
              + chars
              + " characters in all names and values, expected at most "
              + limits.attributeChars()
              + " (sapflow.ingest.max-attribute-chars)");
    }
  }

  /** It is repeated by each record that a rollback sets aside. */
  void reason(String reason) throws RejectedRecordException {
    if (reason.length() > MOST_REASON) {
      throw rejected(
          QuarantineReason.REASON_TOO_LONG,
          "reason: found " + reason.length() + " characters, expected at most " + MOST_REASON);
    }
  }

  void adapterId(String id, String right) throws RejectedRecordException {
    String fault = AdapterIds.fault(id);
    if (fault != null) {
      throw rejected(
          QuarantineReason.INVALID_ADAPTER_ID, "adapterId: found " + fault + ", expected " + right);
    }
  }

  void filled(String field, String text, QuarantineReason code) throws RejectedRecordException {
    if (text.isBlank()) {
      throw rejected(code, field + ": found nothing but blanks, expected a text");
    }
  }

  void content(String field, String text) throws RejectedRecordException {
    length(
        field,
        text,
        limits.contentChars(),
        "sapflow.ingest.max-content-chars",
        QuarantineReason.CONTENT_TOO_LONG);
  }

  private static void length(String field, String text, int most, String key, QuarantineReason code)
      throws RejectedRecordException {
    if (text.length() > most) {
      throw rejected(
          code,
          field
              + ": found "
              + text.length()
              + " characters, expected at most "
              + most
              + " ("
              + key
              + ")");
    }
  }

  /** Turns within the limits, an optional system turn first, then user and assistant in turn. */
  void conversation(String field, List<Message> messages) throws RejectedRecordException {
    if (messages.isEmpty()) {
      throw rejected(
          QuarantineReason.EMPTY_CONVERSATION, field + ": found no turn, expected a conversation");
    }
    if (messages.size() > limits.turns()) {
      throw rejected(
          QuarantineReason.TOO_MANY_TURNS,
          field
              + ": found "
              + messages.size()
              + " turns, expected at most "
              + limits.turns()
              + " (sapflow.ingest.max-turns)");
    }
    long chars = messages.stream().mapToLong(message -> message.getContent().length()).sum();
    if (chars > limits.contentChars()) {
      throw rejected(
          QuarantineReason.CONTENT_TOO_LONG,
          field
              + ": found "
              + chars
              + " characters in all turns, expected at most "
              + limits.contentChars()
              + " (sapflow.ingest.max-content-chars)");
    }
    for (int i = 0; i < messages.size(); i++) {
      if (!ROLES.contains(messages.get(i).getRole())) {
        throw rejected(
            QuarantineReason.UNKNOWN_ROLE,
            turn(field, i)
                + ": found "
                + described(messages.get(i).getRole())
                + ", expected system, user or assistant");
      }
    }
    order(field, messages);
  }

  private static void order(String field, List<Message> messages) throws RejectedRecordException {
    int first = messages.get(0).getRole().equals("system") ? 1 : 0;
    for (int i = first; i < messages.size(); i++) {
      String right = (i - first) % 2 == 0 ? "user" : "assistant";
      if (!messages.get(i).getRole().equals(right)) {
        throw rejected(
            QuarantineReason.ROLES_OUT_OF_ORDER,
            turn(field, i)
                + ": found "
                + messages.get(i).getRole()
                + ", expected "
                + right
                + " (one system turn may stand first, then user and assistant in turn)");
      }
    }
  }

  /** At least one assistant turn with a text. */
  void answered(String field, List<Message> messages) throws RejectedRecordException {
    long turns = 0;
    for (Message message : messages) {
      if (message.getRole().equals("assistant")) {
        turns++;
        if (!message.getContent().isBlank()) {
          return;
        }
      }
    }
    throw rejected(
        QuarantineReason.NO_ASSISTANT_TURN,
        field
            + ": found "
            + (turns == 0 ? "no assistant turn" : "blank assistant turns only")
            + ", expected at least one with a text to learn");
  }

  /** The last turn is the user's: an answer is to follow. */
  void asks(String field, List<Message> messages) throws RejectedRecordException {
    String last = messages.get(messages.size() - 1).getRole();
    if (!last.equals("user")) {
      throw rejected(
          QuarantineReason.LAST_TURN_NOT_USER,
          turn(field, messages.size() - 1)
              + ": found "
              + last
              + ", expected user as the last turn, which the answer is to follow");
    }
  }

  private static String turn(String field, int index) {
    return field + "[" + index + "].role";
  }

  /** A role that differs in case or blanks is named; anything else could be content. */
  private static String described(String role) {
    String plain = role.strip().toLowerCase(Locale.ROOT);
    return ROLES.contains(plain)
        ? plain + " in another spelling"
        : "another text of " + role.length() + " characters";
  }
}
