package io.sapflow.local.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.sapflow.local.files.KnownFields.Form;
import io.sapflow.schema.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a row says of how much of it is to be learnt, besides what its turns say. */
final class ExampleWeights {

  /** KTO's names for whether an answer is good. */
  static final List<String> LABELS = List.of("label", "kto_tag");

  /** Labels of CSV are texts, and pandas writes whole numbers with a point. */
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,9}([.][0-9]{1,9})?");

  private ExampleWeights() {}

  /** Whether a label says that the answer is good, and not something else about the row. */
  static boolean good(JsonNode label) {
    String text = label.asText("").strip();
    return text.equalsIgnoreCase("true")
        || (NUMBER.matcher(text).matches() && Double.parseDouble(text) == 1);
  }

  /** Whether a label says that the answer is bad, whatever a file writes for it. */
  private static boolean bad(JsonNode label) {
    String text = label.asText("").strip();
    return text.equalsIgnoreCase("false")
        || (NUMBER.matcher(text).matches() && Double.parseDouble(text) <= 0);
  }

  /** Turns by the row's loss_mask, where it has one. */
  static List<RowTurn> masked(JsonRow row, String field, List<RowTurn> turns)
      throws BadRowException {
    if (!row.has("loss_mask")) {
      return turns;
    }
    JsonNode mask = row.get("loss_mask");
    if (!mask.isArray() || mask.size() != turns.size()) {
      throw new BadRowException(
          "loss_mask: found "
              + (mask.isArray() ? mask.size() + " entries" : JsonRow.kind(mask))
              + ", expected a list of "
              + turns.size()
              + ", one for each turn of "
              + field);
    }
    List<RowTurn> masked = new ArrayList<>();
    for (int i = 0; i < turns.size(); i++) {
      RowTurn turn = turns.get(i);
      Message message = turn.message();
      TurnWeight weight =
          new TurnWeight(turn.role(), message.getWeight(), "what " + turn.place() + "'s turn says");
      weight.say("loss_mask[" + i + "]", mask.get(i));
      masked.add(
          new RowTurn(
              turn.place(),
              turn.said(),
              Message.newBuilder(message).setWeight(weight.value()).build()));
    }
    return masked;
  }

  /** Refuses a row of which nothing is to be learnt, and weights that cannot be honoured. */
  static void check(JsonRow row, Form form) throws BadRowException {
    for (String field : List.of("weight", "train")) {
      if (row.has(field) && TurnWeight.read(field, row.get(field)) == 0) {
        throw nothing(field, row.get(field).asText().strip());
      }
    }
    for (String field : LABELS) {
      if (bad(row.get(field))) {
        throw new BadRowException(
            field
                + ": found "
                + row.get(field).asText().strip().toLowerCase(Locale.ROOT)
                + ", which says that the answer is bad; nothing of the row is to be learnt, expected"
                + " rows with true");
      }
    }
    if (row.has("loss_mask") && form != Form.MESSAGES && form != Form.CONVERSATIONS) {
      throw new BadRowException(
          "loss_mask: found one without turns that it could be of, expected it beside messages or"
              + " conversations");
    }
  }

  /** Refuses turns of which none of the assistant's is to be learnt. */
  static void checkTurns(List<RowTurn> turns) throws BadRowException {
    RowTurn last = null;
    for (RowTurn turn : turns) {
      if (turn.role().equals("assistant")) {
        Integer weight = turn.message().getWeight();
        if (weight == null || weight != 0) {
          return;
        }
        last = turn;
      }
    }
    if (last != null) {
      throw new BadRowException(
          last.place()
              + ": found weight 0 for this and every other turn of the assistant; nothing of the row"
              + " is to be learnt, expected no such row");
    }
  }

  private static BadRowException nothing(String field, String found) {
    return new BadRowException(
        field + ": found " + found + "; nothing of the row is to be learnt, expected no such row");
  }
}
