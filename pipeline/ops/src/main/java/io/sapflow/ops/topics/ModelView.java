package io.sapflow.ops.topics;

import io.sapflow.schema.TrainingExample;
import io.sapflow.tokens.ChatException;
import io.sapflow.tokens.Chats;
import io.sapflow.tokens.EncodedChat;
import io.sapflow.tokens.MaskedText;
import io.sapflow.tokens.ModelEncoder;

/**
 * Examples as training sees them.
 *
 * @param model stays its caller's
 * @param time what a template that asks for the time is told, epoch milliseconds
 */
record ModelView(ModelEncoder model, long time) {

  EncodedChat encode(TrainingExample example) throws ChatException {
    return model.encoder().encode(Chats.of(example.getMessages()), time);
  }

  /** With its text and mask, to be shown. */
  MaskedText mask(TrainingExample example) throws ChatException {
    return model.encoder().mask(Chats.of(example.getMessages()), time);
  }
}
