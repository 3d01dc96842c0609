package io.sapflow.tokens;

/**
 * A rendered chat with what is trained on.
 *
 * @param text the rendered text
 * @param encoded its tokens and where they stand in the text, [T]
 * @param targets 1 where the token is trained on, [T]
 * @param kept how many tokens stay, from the first on; fewer than T where the chat is too long
 */
public record MaskedText(String text, EncodedText encoded, byte[] targets, int kept) {}
