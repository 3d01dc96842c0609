package io.sapflow.local.files;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Anthropic HH's conversations, texts of {@code \n\nHuman:} and {@code \n\nAssistant:}. */
final class HhText {

  private static final String BEGINNING = "\n\nHuman:";
  private static final Pattern SPEAKER = Pattern.compile("\n\n(Human|Assistant):");

  private HhText() {}

  /** Whether a text is such a conversation. */
  static boolean is(String text) {
    return text.startsWith(BEGINNING);
  }

  /** The turns of such a conversation, without the blanks around them. */
  static List<RowTurn> turns(String field, String text) {
    Matcher speaker = SPEAKER.matcher(text);
    List<RowTurn> turns = new ArrayList<>();
    String role = null;
    int from = 0;
    while (speaker.find()) {
      if (role != null) {
        turns.add(TurnReader.text(field, role, text.substring(from, speaker.start()).strip()));
      }
      role = speaker.group(1).equals("Human") ? "user" : "assistant";
      from = speaker.end();
    }
    turns.add(TurnReader.text(field, role, text.substring(from).strip()));
    return turns;
  }

  /** The turns of one that may end with the opening of the answer, which is no turn yet. */
  static List<RowTurn> opened(String field, String text) {
    List<RowTurn> turns = turns(field, text);
    RowTurn last = turns.get(turns.size() - 1);
    boolean opens = last.role().equals("assistant") && last.message().getContent().isEmpty();
    return opens ? turns.subList(0, turns.size() - 1) : turns;
  }

  /** An answer; one beside such a prompt has a blank after the prompt's {@code Assistant:}. */
  static String answer(JsonRow row, String text) {
    return is(row.get("prompt").asText("")) ? text.strip() : text;
  }
}
