package io.sapflow.local.files;

import io.sapflow.schema.Message;

/**
 * A turn as a file has it.
 *
 * @param place the field that says whose turn it is, as {@code conversations[1].from}
 * @param said what the file calls its author
 * @param message the turn; whether it is learnt is said later
 */
record RowTurn(String place, String said, Message message) {

  String role() {
    return message.getRole();
  }
}
