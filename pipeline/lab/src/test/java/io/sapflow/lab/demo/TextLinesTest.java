package io.sapflow.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.junit.jupiter.api.Test;

class TextLinesTest {

  @Test
  void wrap_longText_breaksBetweenWords() {
    assertThat(wrap("one two three", 8, 2)).containsExactly("one two", "  three");
  }

  @Test
  void wrap_longWord_breaksWithinIt() {
    assertThat(wrap("abcdefgh", 3, 0)).containsExactly("abc", "def", "gh");
  }

  @Test
  void flow_piecesThatDoNotFit_goToTheNextLine() {
    List<AttributedString> pieces =
        List.of(
            new AttributedString("one"), new AttributedString("two"), new AttributedString("3"));
    assertThat(TextLines.flow(pieces, 9).stream().map(AttributedString::toString))
        .containsExactly("one   two", "3");
  }

  private static List<String> wrap(String text, int width, int indent) {
    return TextLines.wrap(text, AttributedStyle.DEFAULT, width, indent).stream()
        .map(AttributedString::toString)
        .toList();
  }
}
