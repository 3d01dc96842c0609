package io.sapflow.tokens;

import io.sapflow.ingest.JsonTexts;
import io.sapflow.schema.Message;
import io.sapflow.schema.ToolCall;
import io.sapflow.schema.TrainingExample;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Conversations as chat templates know them: fields have Hugging Face's names, and one that holds
 * nothing is not there. A call's arguments are a map or a text, whichever the producer gave.
 */
public final class Chats {

  private Chats() {}

  /** An example's conversation with its tools. */
  public static Chat of(TrainingExample example) {
    return of(example.getMessages(), example.getTools());
  }

  /** A conversation without tools. */
  public static Chat of(List<Message> messages) {
    return of(messages, "");
  }

  /**
   * A conversation.
   *
   * @param tools a JSON list, or empty
   * @throws IllegalArgumentException for tools or arguments that are no such JSON; records that
   *     have been let in hold none
   */
  public static Chat of(List<Message> messages, String tools) {
    Set<Integer> unlearnt = new HashSet<>();
    for (int i = 0; i < messages.size(); i++) {
      Integer weight = messages.get(i).getWeight();
      if (weight != null && weight == 0 && messages.get(i).getRole().equals("assistant")) {
        unlearnt.add(i);
      }
    }
    return new Chat(
        messages.stream().map(Chats::map).toList(), JsonTexts.tools(tools), Set.copyOf(unlearnt));
  }

  private static Map<String, Object> map(Message message) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("role", message.getRole());
    map.put("content", message.getHasContent() ? message.getContent() : null);
    put(map, "name", message.getName());
    put(map, "reasoning_content", message.getReasoning());
    put(map, "tool_call_id", message.getToolCallId());
    if (!message.getToolCalls().isEmpty()) {
      List<Object> calls = new ArrayList<>();
      message.getToolCalls().forEach(call -> calls.add(map(call)));
      map.put("tool_calls", calls);
    }
    return map;
  }

  private static Map<String, Object> map(ToolCall call) {
    Map<String, Object> function = new LinkedHashMap<>();
    function.put("name", call.getName());
    function.put("arguments", JsonTexts.arguments(call.getArguments()));
    Map<String, Object> map = new LinkedHashMap<>();
    put(map, "id", call.getId());
    map.put("type", "function");
    map.put("function", function);
    return map;
  }

  private static void put(Map<String, Object> map, String field, String text) {
    if (!text.isEmpty()) {
      map.put(field, text);
    }
  }
}
