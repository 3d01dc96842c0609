package io.sapflow.local.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One of a pair's two answers as a file has it: a text, a turn, or a whole conversation that ends
 * with it.
 *
 * @param field the file's name of it
 * @param turns its turns; a text is one of the assistant
 */
record PairAnswer(String field, List<RowTurn> turns) {

  static PairAnswer read(TurnReader reader, JsonRow row, String field) throws BadRowException {
    JsonNode node = row.get(field);
    List<RowTurn> turns =
        node.isObject()
            ? List.of(reader.turn(field, field, node))
            : node.isArray() ? reader.turns(field) : spoken(row, field, row.text(field));
    if (turns.isEmpty() || !turns.get(turns.size() - 1).role().equals("assistant")) {
      throw new BadRowException(
          field
              + ": found "
              + (turns.isEmpty() ? "no turn" : "a last turn that is not the assistant's")
              + ", expected one by the assistant, or a text");
    }
    return new PairAnswer(field, turns);
  }

  /** Anthropic HH's texts are whole conversations; any other is the answer. */
  private static List<RowTurn> spoken(JsonRow row, String field, String text) {
    return HhText.is(text)
        ? HhText.turns(field, text)
        : List.of(TurnReader.text(field, "assistant", HhText.answer(row, text)));
  }

  boolean isConversation() {
    return turns.size() > 1;
  }

  /** The turns before the answer. */
  List<RowTurn> beginning() {
    return turns.subList(0, turns.size() - 1);
  }

  /** The answer; a conversation must have begun with the prompt. */
  String text(List<RowTurn> prompt) throws BadRowException {
    if (isConversation() && !same(withoutSystem(beginning()), withoutSystem(prompt))) {
      throw new BadRowException(
          field
              + ": found a conversation of "
              + turns.size()
              + " turns that does not begin with the prompt, expected the prompt and one answer");
    }
    return turns.get(turns.size() - 1).message().getContent();
  }

  /** The prompt, with the system turn of the conversations where it has none itself. */
  static List<RowTurn> withSystem(List<RowTurn> prompt, PairAnswer... answers)
      throws BadRowException {
    if (!hasSystem(prompt)) {
      bothOrNone(answers);
    }
    List<RowTurn> all = new ArrayList<>(prompt);
    for (PairAnswer answer : answers) {
      if (answer.isConversation() && hasSystem(answer.turns())) {
        RowTurn system = answer.turns().get(0);
        if (!hasSystem(all)) {
          all.add(0, system);
        } else if (!same(List.of(system), all.subList(0, 1))) {
          throw new BadRowException(
              system.place()
                  + ": found another system turn than in "
                  + all.get(0).place()
                  + ", expected the same");
        }
      }
    }
    return all;
  }

  /** Of two conversations one alone with a system turn would give it to the other's answer too. */
  private static void bothOrNone(PairAnswer... answers) throws BadRowException {
    for (PairAnswer answer : answers) {
      for (PairAnswer other : answers) {
        if (answer.isConversation()
            && other.isConversation()
            && hasSystem(answer.turns())
            && !hasSystem(other.turns())) {
          throw new BadRowException(
              answer.turns().get(0).place()
                  + ": found a system turn that "
                  + other.field()
                  + " does not have, expected the same conversation before both answers");
        }
      }
    }
  }

  private static boolean hasSystem(List<RowTurn> turns) {
    return !turns.isEmpty() && turns.get(0).role().equals("system");
  }

  private static List<RowTurn> withoutSystem(List<RowTurn> turns) {
    return hasSystem(turns) ? turns.subList(1, turns.size()) : turns;
  }

  /** Whether two conversations say the same, blanks around turns aside. */
  static boolean same(List<RowTurn> one, List<RowTurn> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < one.size(); i++) {
      if (!one.get(i).role().equals(other.get(i).role())
          || !one.get(i)
              .message()
              .getContent()
              .strip()
              .equals(other.get(i).message().getContent().strip())) {
        return false;
      }
    }
    return true;
  }
}
