package io.sapflow.local.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** Whether a turn is learnt: what a file's fields say of it, which must agree. */
final class TurnWeight {

  private final String role;
  private Integer weight;
  private String said;

  /** Nothing is said yet. */
  TurnWeight(String role, Integer weight, String said) {
    this.role = role;
    this.weight = weight;
    this.said = said;
  }

  /** 0, 1, or null where nothing says so. */
  Integer value() {
    return weight;
  }

  /** What a field says, 0 and 1 or false and true. */
  void say(String place, JsonNode node) throws BadRowException {
    int learnt = read(place, node);
    if (learnt == 1 && !role.equals("assistant")) {
      throw new BadRowException(
          place
              + ": found "
              + node.asText()
              + " for a turn of role "
              + role
              + ", expected none or 0: only the assistant's turns are learnt");
    }
    if (weight != null && weight != learnt) {
      throw new BadRowException(
          place + ": found " + node.asText() + ", expected it to agree with " + said);
    }
    weight = learnt;
    said = place;
  }

  /** 0 or 1; cells of CSV are texts. */
  static int read(String place, JsonNode node) throws BadRowException {
    if (node.isBoolean()) {
      return node.booleanValue() ? 1 : 0;
    }
    if (node.isNumber() && (node.doubleValue() == 0 || node.doubleValue() == 1)) {
      return (int) node.doubleValue();
    }
    if (node.isTextual()) {
      switch (node.asText().strip().toLowerCase(Locale.ROOT)) {
        case "0", "false" -> {
          return 0;
        }
        case "1", "true" -> {
          return 1;
        }
        default -> {}
      }
    }
    throw new BadRowException(
        place
            + ": found "
            + (node.isNumber() ? node.asText() : JsonRow.kind(node))
            + ", expected 0 or 1, or false or true");
  }
}
