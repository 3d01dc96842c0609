package io.sapflow.schema;

import java.util.List;

/** Turns of a conversation that hold a text and nothing else. */
public final class Turns {

  private Turns() {}

  /** A turn of this role. */
  public static Message of(String role, String content) {
    return new Message(role, content, true, List.of(), "", "", "", null);
  }
}
