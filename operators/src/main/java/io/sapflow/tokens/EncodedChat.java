package io.sapflow.tokens;

/**
 * A chat as the model sees it.
 *
 * @param tokens token ids, [T]
 * @param targets 1 where the token is trained on, [T]
 * @param truncatedTokens how many tokens were cut from the end; where the text is too long to be
 *     tokenized whole, about how many
 * @param text the rendered text, before any cut
 */
public record EncodedChat(int[] tokens, byte[] targets, int truncatedTokens, String text) {}
