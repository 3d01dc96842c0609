package io.sapflow.tokens;

import io.sapflow.template.Span;
import java.util.List;

/**
 * A text as tokens.
 *
 * @param ids token ids, [T]
 * @param spans where each token stands in the text, in code points, [T]
 */
public record EncodedText(int[] ids, List<Span> spans) {}
