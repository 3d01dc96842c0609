package io.sapflow.ingest;

import io.sapflow.schema.Digests;
import io.sapflow.schema.Message;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a prompt asks. */
public final class Questions {

  private Questions() {}

  /**
   * Digest of the user's turns, whatever their case and blanks: equal for two prompts that ask the
   * same, also under another system turn.
   */
  public static String digest(List<Message> prompt) {
    return Digests.sha256(
        prompt.stream()
            .filter(turn -> turn.getRole().equals("user"))
            .map(turn -> turn.getContent().strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT))
            .collect(Collectors.joining("\n")));
  }
}
