package io.sapflow.local.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.sapflow.ingest.JsonTexts;
import io.sapflow.ingest.TurnOrder;
import io.sapflow.schema.Message;
import io.sapflow.schema.ToolCall;
import io.sapflow.schema.Turns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Turns as files have them, {@code role} and {@code content} or ShareGPT's {@code from} and {@code
 * value}. Each field is honoured, refused by the name that the file gives it, or noted as unknown.
 */
final class TurnReader {

  /** Names of the turns' authors in ShareGPT's form. */
  private static final Map<String, String> AUTHORS = authors();

  private static final String CALL = "function_call";

  private final JsonRow row;
  private final boolean plain;

  /**
   * A reader.
   *
   * @param plain whether turns hold an author and a content alone, as those of pairs and prompts
   */
  TurnReader(JsonRow row, boolean plain) {
    this.row = row;
    this.plain = plain;
  }

  private static Map<String, String> authors() {
    Map<String, String> authors = new LinkedHashMap<>();
    authors.put("human", "user");
    authors.put("user", "user");
    authors.put("gpt", "assistant");
    authors.put("assistant", "assistant");
    authors.put("chatgpt", "assistant");
    authors.put("model", "assistant");
    authors.put("system", "system");
    authors.put(CALL, "assistant");
    authors.put("observation", "tool");
    authors.put("tool", "tool");
    return authors;
  }

  /** A turn that is a text of a field of its own. */
  static RowTurn text(String field, String role, String content) {
    return new RowTurn(field, role, Turns.of(role, content));
  }

  /** Turns of a field that is a list of turns, a conversation of HH's, or a text of this role. */
  List<RowTurn> turns(String field, String role) throws BadRowException {
    if (row.get(field).isArray()) {
      return turns(field);
    }
    String text = row.text(field);
    if (HhText.is(text)) {
      return HhText.opened(field, text);
    }
    boolean answers = role.equals("assistant");
    return List.of(text(field, role, answers ? HhText.answer(row, text) : text));
  }

  /** Turns of a field that is a list of turns. */
  List<RowTurn> turns(String field) throws BadRowException {
    JsonNode list = row.get(field);
    if (!list.isArray()) {
      throw new BadRowException(
          field + ": found " + JsonRow.kind(list) + ", expected a list of turns");
    }
    List<RowTurn> turns = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      turns.add(turn(field + "[" + i + "]", field + "[]", list.get(i)));
    }
    return turns;
  }

  /** A list of pairs of texts, which are earlier questions and answers. */
  List<RowTurn> history(String field) throws BadRowException {
    List<RowTurn> turns = new ArrayList<>();
    if (!row.has(field)) {
      return turns;
    }
    JsonNode list = row.get(field);
    if (!list.isArray()) {
      throw new BadRowException(
          field + ": found " + JsonRow.kind(list) + ", expected a list of pairs");
    }
    for (int i = 0; i < list.size(); i++) {
      String where = field + "[" + i + "]";
      JsonNode pair = list.get(i);
      for (int j = 0; j < Math.max(2, pair.size()); j++) {
        String place = where + "[" + j + "]";
        if (j > 1) {
          throw new BadRowException(
              where + ": found " + pair.size() + " entries, expected a question and its answer");
        }
        turns.add(text(place, j == 0 ? "user" : "assistant", JsonRow.text(place, pair.path(j))));
      }
    }
    return turns;
  }

  /**
   * A turn.
   *
   * @param where it stands
   * @param pattern what unknown fields are named by
   */
  RowTurn turn(String where, String pattern, JsonNode turn) throws BadRowException {
    boolean shareGpt = turn.hasNonNull("from");
    String place = where + (shareGpt ? ".from" : ".role");
    String said = JsonRow.text(place, turn.path(shareGpt ? "from" : "role"));
    String role = role(place, said, shareGpt);
    Message.Builder message = Message.newBuilder().setRole(role).setContent("");
    if (shareGpt && said.equals(CALL)) {
      plainly(where + ".from", "a turn of " + CALL);
      message.setHasContent(false);
      message.setToolCalls(called(where + ".value", pattern + ".value", turn.path("value")));
    } else {
      fields(where, pattern, turn, message, role);
      content(where, pattern, shareGpt ? "value" : "content", turn, message);
    }
    message.setWeight(weight(where, turn, role));
    unknown(where, pattern, turn, shareGpt);
    return new RowTurn(place, said, message.build());
  }

  private String role(String place, String said, boolean shareGpt) throws BadRowException {
    List<String> known =
        (shareGpt ? new ArrayList<>(AUTHORS.keySet()) : new ArrayList<>(TurnOrder.ROLES));
    if (plain) {
      known.removeIf(
          name -> name.equals("tool") || name.equals("observation") || name.equals(CALL));
    }
    if (known.contains(said)) {
      return shareGpt ? AUTHORS.get(said) : said;
    }
    String lower = said.strip().toLowerCase(Locale.ROOT);
    String found =
        known.contains(lower)
            ? lower + " in another spelling"
            : AUTHORS.containsKey(said) || List.of("function", "developer").contains(said)
                ? said
                : "another text of " + said.length() + " characters";
    throw new BadRowException(
        place
            + ": found "
            + found
            + ", expected "
            + String.join(", ", known.subList(0, known.size() - 1))
            + " or "
            + known.get(known.size() - 1));
  }

  /** What a turn has beside its content. */
  private void fields(
      String where, String pattern, JsonNode turn, Message.Builder message, String role)
      throws BadRowException {
    if (filled(turn, "name")) {
      plainly(where + ".name", "one");
      message.setName(JsonRow.text(where + ".name", turn.get("name")));
    }
    if (filled(turn, "tool_calls")) {
      of("assistant", role, where + ".tool_calls");
      message.setToolCalls(
          calls(where + ".tool_calls", pattern + ".tool_calls", turn.get("tool_calls")));
    }
    if (filled(turn, "tool_call_id")) {
      of("tool", role, where + ".tool_call_id");
      message.setToolCallId(JsonRow.text(where + ".tool_call_id", turn.get("tool_call_id")));
    }
    String thought = null;
    for (String field : List.of("reasoning_content", "reasoning", "thinking")) {
      if (filled(turn, field)) {
        of("assistant", role, where + "." + field);
        if (thought != null) {
          throw new BadRowException(
              where + "." + field + ": found one beside " + thought + ", expected one of the two");
        }
        thought = field;
        message.setReasoning(JsonRow.text(where + "." + field, turn.get(field)));
      }
    }
  }

  private void of(String owner, String role, String place) throws BadRowException {
    plainly(place, "one");
    if (!role.equals(owner)) {
      throw new BadRowException(
          place + ": found one in a turn of role " + role + ", expected it in one of " + owner);
    }
  }

  /** Refuses what a turn of a pair or prompt cannot have. */
  private void plainly(String place, String found) throws BadRowException {
    if (plain) {
      throw new BadRowException(
          place + ": found " + found + ", expected none: pairs and prompts hold texts alone");
    }
  }

  private void content(
      String where, String pattern, String field, JsonNode turn, Message.Builder message)
      throws BadRowException {
    JsonNode node = turn.path(field);
    String place = where + "." + field;
    boolean calls = message.hasToolCalls() && !message.getToolCalls().isEmpty();
    if ((node.isNull() || node.isMissingNode()) && calls) {
      message.setHasContent(false);
    } else if (node.isArray()) {
      message.setContent(parts(place, pattern + "." + field, node));
    } else {
      message.setContent(JsonRow.text(place, node));
    }
  }

  /** Text parts, with nothing between them, as templates write them. */
  private String parts(String place, String pattern, JsonNode parts) throws BadRowException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      JsonNode part = parts.get(i);
      String where = place + "[" + i + "]";
      if (part.isTextual()) {
        text.append(JsonRow.text(where, part));
        continue;
      }
      String type = part.path("type").asText("text");
      if (!type.equals("text")) {
        throw new BadRowException(
            where
                + ".type: found "
                + JsonRow.named(type)
                + ", expected text: a model is told texts alone");
      }
      text.append(JsonRow.text(where + ".text", part.path("text")));
      row.unknown(pattern + "[]", part, List.of("type", "text"));
    }
    return text.toString();
  }

  private List<ToolCall> called(String place, String pattern, JsonNode value)
      throws BadRowException {
    String right = "a call as JSON, with name and arguments, or a list of calls";
    JsonNode node = value.isTextual() ? JsonRow.json(value.asText()) : value;
    if (node == null || !(node.isObject() || (node.isArray() && !node.isEmpty()))) {
      throw new BadRowException(
          place
              + ": found "
              + (value.isTextual() ? "a text that is none" : JsonRow.kind(value))
              + ", expected "
              + right);
    }
    return node.isObject() ? List.of(call(place, pattern, node)) : calls(place, pattern, node);
  }

  private List<ToolCall> calls(String place, String pattern, JsonNode value)
      throws BadRowException {
    JsonNode list = value.isTextual() ? JsonRow.json(value.asText()) : value;
    if (list == null || !list.isArray()) {
      throw new BadRowException(
          place + ": found " + JsonRow.kind(value) + ", expected a list of calls");
    }
    List<ToolCall> calls = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      calls.add(call(place + "[" + i + "]", pattern + "[]", list.get(i)));
    }
    return calls;
  }

  private ToolCall call(String place, String pattern, JsonNode call) throws BadRowException {
    boolean nested = call.path("function").isObject();
    JsonNode function = nested ? call.get("function") : call;
    String where = nested ? place + ".function" : place;
    if (call.hasNonNull("type") && !call.get("type").asText().equals("function")) {
      throw new BadRowException(
          place
              + ".type: found "
              + JsonRow.named(call.get("type").asText())
              + ", expected function");
    }
    String id = call.hasNonNull("id") ? JsonRow.text(place + ".id", call.get("id")) : "";
    String name = JsonRow.text(where + ".name", function.path("name"));
    JsonNode arguments = function.path("arguments");
    if (arguments.isTextual()) {
      JsonRow.text(where + ".arguments", arguments);
    } else if (!arguments.isObject() && !arguments.isNull() && !arguments.isMissingNode()) {
      throw new BadRowException(
          where
              + ".arguments: found "
              + JsonRow.kind(arguments)
              + ", expected an object, or a text");
    }
    row.unknown(
        pattern,
        call,
        nested
            ? List.of("id", "type", "index", "function")
            : List.of("id", "type", "index", "name", "arguments"));
    if (nested) {
      row.unknown(pattern + ".function", function, List.of("name", "arguments"));
    }
    boolean none = arguments.isNull() || arguments.isMissingNode();
    try {
      String json = JsonRow.whole(where + ".arguments", none ? "{}" : arguments.toString());
      JsonTexts.arguments(json);
      return new ToolCall(id, name, json);
    } catch (IllegalArgumentException e) {
      throw new BadRowException(where + ".arguments: found JSON nested too deep, expected less");
    }
  }

  private Integer weight(String where, JsonNode turn, String role) throws BadRowException {
    TurnWeight weight = new TurnWeight(role, null, null);
    for (String field : List.of("weight", "train", "loss", "loss_mask")) {
      if (turn.hasNonNull(field)) {
        plainly(where + "." + field, "one");
        weight.say(where + "." + field, turn.get(field));
      }
    }
    return weight.value();
  }

  private void unknown(String where, String pattern, JsonNode turn, boolean shareGpt)
      throws BadRowException {
    for (Map.Entry<String, String> refused : KnownFields.REFUSED_IN_TURNS.entrySet()) {
      if (filled(turn, refused.getKey())) {
        throw new BadRowException(
            where + "." + refused.getKey() + ": found one, expected " + refused.getValue());
      }
    }
    List<String> known = new ArrayList<>(KnownFields.TURN.keySet());
    known.removeAll(shareGpt ? List.of("role", "content") : List.of("from", "value"));
    if (shareGpt && turn.path("from").asText().equals(CALL)) {
      known.removeAll(
          List.of(
              "name", "tool_calls", "tool_call_id", "reasoning_content", "reasoning", "thinking"));
    }
    row.unknown(pattern, turn, known);
  }

  /** Whether a field holds something, and not only the place of it. */
  static boolean filled(JsonNode object, String field) {
    JsonNode node = object.path(field);
    return !(node.isMissingNode()
        || node.isNull()
        || (node.isTextual() && node.asText().isEmpty())
        || (node.isContainerNode() && node.isEmpty()));
  }

  /**
   * The messages of turns, which must be in order, with the system turn that the row names.
   *
   * @throws BadRowException naming the file's own field
   */
  List<Message> ordered(List<RowTurn> turns) throws BadRowException {
    List<RowTurn> all = new ArrayList<>(turns);
    String system = row.textOrEmpty("system");
    if (!system.isBlank()) {
      if (!turns.isEmpty() && turns.get(0).role().equals("system")) {
        throw new BadRowException(
            "system: found one beside the system turn of "
                + turns.get(0).place()
                + ", expected one of the two");
      }
      all.add(0, text("system", "system", system));
    }
    TurnOrder.Fault fault = TurnOrder.fault(all.stream().map(RowTurn::role).toList());
    if (fault != null) {
      RowTurn turn = all.get(fault.turn());
      List<String> expected = new ArrayList<>(fault.expected());
      expected.removeIf(role -> plain && role.equals("tool"));
      throw new BadRowException(
          turn.place()
              + ": found "
              + turn.said()
              + ", expected "
              + words(turn, expected)
              + " ("
              + TurnOrder.rule(plain ? List.of() : TurnOrder.ROLES)
              + ")");
    }
    return all.stream().map(RowTurn::message).toList();
  }

  /** Roles in the words of a turn's form. */
  private static String words(RowTurn turn, List<String> roles) {
    boolean shareGpt = turn.place().endsWith(".from");
    return String.join(
        " or ",
        roles.stream()
            .map(
                role ->
                    !shareGpt
                        ? role
                        : role.equals("user")
                            ? "human"
                            : role.equals("assistant") ? "gpt" : "observation")
            .toList());
  }
}
