package io.sapflow.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedDocsTest {

  private static final String PAGE =
      "# Page\n<!-- generated: table -->\n\nold\n\n<!-- end of table -->\nby hand\n";

  @TempDir Path docs;

  @BeforeEach
  void page() throws IOException {
    Files.writeString(docs.resolve("page.md"), PAGE);
  }

  @Test
  void part_thatIsCurrent_isLeft() {
    assertThatCode(() -> new GeneratedDocs(docs, false).hold("page.md", "table", List.of("old")))
        .doesNotThrowAnyException();
  }

  @Test
  void part_thatIsNot_failsWithTheWayToWriteIt() throws IOException {
    assertThatThrownBy(
            () -> new GeneratedDocs(docs, false).hold("page.md", "table", List.of("new")))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "docs/page.md: the part table is not what the code says; write it with"
                + " -Dsapflow.docs.write=true. Expected:\nnew\n\n");
    assertThat(docs.resolve("page.md")).hasContent(PAGE);
  }

  @Test
  void part_thatIsNot_isWrittenWhereAsked() throws IOException {
    new GeneratedDocs(docs, true).hold("page.md", "table", List.of("a", "b"));
    assertThat(Files.readString(docs.resolve("page.md")))
        .isEqualTo("# Page\n<!-- generated: table -->\n\na\nb\n\n<!-- end of table -->\nby hand\n");
  }

  @Test
  void page_withoutThePart_isRefused() {
    assertThatThrownBy(() -> new GeneratedDocs(docs, true).hold("page.md", "other", List.of()))
        .hasMessageStartingWith(
            "docs/page.md: found no part other, expected the lines <!-- generated: other -->");
  }
}
