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

  private final IngestLimits limits;
  private final TurnRules turns;

  Rules(IngestLimits limits) {
    this.limits = limits;
    this.turns = new TurnRules(limits);
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

  /** An example's turns, within the limits and in order, with what each may hold, and its tools. */
  void conversation(String field, List<Message> messages, String tools)
      throws RejectedRecordException {
    turns(field, messages, TurnOrder.ROLES, tools);
    turns.check(field, messages);
    turns.tools("tools", tools);
  }

  /** A prompt's turns, within the limits and in order, which hold a role and a content alone. */
  void prompt(String field, List<Message> messages) throws RejectedRecordException {
    turns(field, messages, TurnOrder.PLAIN_ROLES, "");
    TurnRules.plain(field, messages);
  }

  private void turns(String field, List<Message> messages, List<String> roles, String tools)
      throws RejectedRecordException {
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
    long chars = messages.stream().mapToLong(TurnRules::characters).sum() + tools.length();
    if (chars > limits.contentChars()) {
      throw rejected(
          QuarantineReason.CONTENT_TOO_LONG,
          field
              + ": found "
              + chars
              + " characters in all turns"
              + (tools.isEmpty() ? "" : " and tools")
              + ", expected at most "
              + limits.contentChars()
              + " (sapflow.ingest.max-content-chars)");
    }
    for (int i = 0; i < messages.size(); i++) {
      if (!roles.contains(messages.get(i).getRole())) {
        throw rejected(
            QuarantineReason.UNKNOWN_ROLE,
            turn(field, i)
                + ": found "
                + described(messages.get(i).getRole())
                + ", expected "
                + either(roles));
      }
    }
    TurnOrder.Fault fault = TurnOrder.fault(messages.stream().map(Message::getRole).toList());
    if (fault != null) {
      throw rejected(
          QuarantineReason.ROLES_OUT_OF_ORDER,
          turn(field, fault.turn())
              + ": found "
              + messages.get(fault.turn()).getRole()
              + ", expected "
              + either(fault.expected().stream().filter(roles::contains).toList())
              + " ("
              + TurnOrder.rule(roles)
              + ")");
    }
  }

  private static String either(List<String> roles) {
    int last = roles.size() - 1;
    return last == 0
        ? roles.get(0)
        : String.join(", ", roles.subList(0, last)) + " or " + roles.get(last);
  }

  /** At least one turn of the assistant that says or calls something, and is to be learnt. */
  void answered(String field, List<Message> messages) throws RejectedRecordException {
    if (messages.stream().anyMatch(turn -> TurnRules.answers(turn) && TurnRules.learnt(turn))) {
      return;
    }
    if (messages.stream().anyMatch(TurnRules::answers)) {
      throw rejected(
          QuarantineReason.NO_TARGET,
          field
              + ": found weight 0 on each turn of the assistant that says something, expected at least"
              + " one to learn");
    }
    boolean any = messages.stream().anyMatch(turn -> turn.getRole().equals("assistant"));
    throw rejected(
        QuarantineReason.NO_ASSISTANT_TURN,
        field
            + ": found "
            + (any ? "blank assistant turns only" : "no assistant turn")
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
    if (TurnOrder.ROLES.contains(role)) {
      return role;
    }
    return TurnOrder.ROLES.contains(plain)
        ? plain + " in another spelling"
        : "another text of " + role.length() + " characters";
  }
}
