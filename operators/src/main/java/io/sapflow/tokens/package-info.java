/**
 * From messages to tokens and the mask of what is trained on.
 *
 * <p>In: chat messages. Out: token ids and targets, or a {@link io.sapflow.tokens.ChatException}
 * whose code goes into quarantine. State: none. Metrics: recordsDecoded, recordsRejected. {@code
 * ai.djl.huggingface} is used only here.
 */
package io.sapflow.tokens;
