package io.sapflow.tokens;

import io.sapflow.schema.Message;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Conversations as chat templates know them. */
public final class Chats {

  private Chats() {}

  /** Each message as a map of role and content. */
  public static List<Map<String, Object>> of(List<Message> messages) {
    return messages.stream().map(Chats::map).toList();
  }

  private static Map<String, Object> map(Message message) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("role", message.getRole());
    map.put("content", message.getContent());
    return map;
  }
}
