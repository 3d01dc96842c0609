package io.sapflow.local.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.sapflow.local.files.KnownFields.Form;
import io.sapflow.schema.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a row says of how much of it is to be learnt, besides what its turns say. */
final class ExampleWeights {

  /** KTO's names for whether an answer is good. */
  static final List<String> LABELS = List.of("label", "kto_tag");

  private ExampleWeights() {}

  /** Whether a label says that the answer is good, and not something else about the row. */
  static boolean good(JsonNode label) {
    return label.asText("").equalsIgnoreCase("true") || label.asText("").equals("1");
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
        throw nothing(field, row.get(field).asText());
      }
    }
    for (String field : LABELS) {
      String label = row.get(field).asText("");
      if (label.equalsIgnoreCase("false") || label.equals("0")) {
        throw new BadRowException(
            field
                + ": found "
                + label.toLowerCase(Locale.ROOT)
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

  private static BadRowException nothing(String field, String found) {
    return new BadRowException(
        field + ": found " + found + "; nothing of the row is to be learnt, expected no such row");
  }
}
