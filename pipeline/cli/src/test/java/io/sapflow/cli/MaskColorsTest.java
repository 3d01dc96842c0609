package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.template.Span;
import io.sapflow.tokens.EncodedText;
import io.sapflow.tokens.MaskedText;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskColorsTest {

  private static final MaskedText MASKED =
      new MaskedText(
          "a😀bcd",
          new EncodedText(
              new int[] {1, 2, 3, 4},
              List.of(new Span(0, 1), new Span(1, 2), new Span(2, 3), new Span(3, 5))),
          new byte[] {0, 1, 0, 1},
          3);

  @Test
  void text_colored_marksTrainedAndCut() {
    assertThat(MaskColors.text(MASKED, true))
        .isEqualTo("a\u001b[32m😀\u001b[0mb\u001b[90mcd\u001b[0m");
  }

  @Test
  void text_plain_isTheText() {
    assertThat(MaskColors.text(MASKED, false)).isEqualTo("a😀bcd");
  }
}
