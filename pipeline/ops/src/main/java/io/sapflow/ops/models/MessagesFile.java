package io.sapflow.ops.models;

import io.sapflow.local.files.ExampleFile;
import io.sapflow.local.files.FileExample;
import io.sapflow.model.JsonFile;
import io.sapflow.model.ModelException;
import io.sapflow.tokens.Chat;
import io.sapflow.tokens.Chats;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * A file of one example, in any form that {@code send} reads, or of a list of messages.
 *
 * @param chat the conversation as it is trained
 * @param unknownFields what no form knows, and is not read
 */
public record MessagesFile(Chat chat, Set<String> unknownFields) {

  /**
   * Reads a file.
   *
   * @throws ModelException naming the file, what was found and what would be right
   */
  public static MessagesFile read(Path file) {
    try {
      FileExample example = ExampleFile.one(file);
      return new MessagesFile(
          Chats.of(example.messages(), example.tools()), example.unknownFields());
    } catch (IllegalArgumentException e) {
      throw new ModelException(e.getMessage(), e);
    } catch (IOException e) {
      throw new ModelException(file + ": cannot be read: " + JsonFile.reason(e), e);
    }
  }
}
