package io.sapflow.ingest;

import java.util.List;

/**
 * Which turn may follow which: one of the system may stand first, then user and assistant in turn;
 * a turn of the assistant may be followed by tools' turns, which the assistant follows.
 */
public final class TurnOrder {

  /** The roles of a training example. */
  public static final List<String> ROLES = List.of("system", "user", "assistant", "tool");

  /** The roles of a pair's or probe's prompt. */
  static final List<String> PLAIN_ROLES = List.of("system", "user", "assistant");

  /**
   * The first turn that is not in order.
   *
   * @param turn its index
   * @param expected the roles that may stand there
   */
  public record Fault(int turn, List<String> expected) {}

  private TurnOrder() {}

  /** The first fault in the order of these roles, all of them known; null where there is none. */
  public static Fault fault(List<String> roles) {
    for (int i = 0; i < roles.size(); i++) {
      List<String> expected = expected(i == 0 ? "" : roles.get(i - 1));
      boolean first = i == 0 && roles.get(0).equals("system");
      if (!first && !expected.contains(roles.get(i))) {
        return new Fault(i, expected);
      }
    }
    return null;
  }

  private static List<String> expected(String before) {
    return switch (before) {
      case "user" -> List.of("assistant");
      case "assistant" -> List.of("user", "tool");
      case "tool" -> List.of("assistant", "tool");
      default -> List.of("user");
    };
  }

  /** The rule in words, as far as it goes for these roles. */
  public static String rule(List<String> roles) {
    return "one system turn may stand first, then user and assistant in turn"
        + (roles.contains("tool") ? "; tool turns stand between two of the assistant's" : "");
  }
}
