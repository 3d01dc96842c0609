package io.sapflow.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Parts of pages in docs/ that are made from the code. A test holds each to what is made now; with
 * {@code -Dsapflow.docs.write=true} it writes the part instead.
 *
 * <p>A part stands between the lines {@code <!-- generated: NAME -->} and {@code <!-- end of NAME
 * -->}; what is around it is written by hand.
 */
public final class GeneratedDocs {

  /** The system property that has parts written. */
  public static final String WRITE = "sapflow.docs.write";

  private final Path docs;
  private final boolean write;

  GeneratedDocs(Path docs, boolean write) {
    this.docs = docs;
    this.write = write;
  }

  /** The docs of the working tree that the test runs in. */
  public static GeneratedDocs ofProject() {
    return new GeneratedDocs(ProjectFiles.root().resolve("docs"), Boolean.getBoolean(WRITE));
  }

  /**
   * Holds a part of a page to its lines, or writes it.
   *
   * @param page such as {@code quarantine.md}
   * @param part its name in the page
   * @param lines without line ends
   * @throws AssertionError if it is not current
   */
  public void hold(String page, String part, List<String> lines) {
    Path file = docs.resolve(page);
    String text = ProjectFiles.read(file);
    String begin = "<!-- generated: " + part + " -->\n";
    String end = "<!-- end of " + part + " -->\n";
    int from = text.indexOf(begin) + begin.length();
    int to = text.indexOf(end);
    if (from < begin.length() || to < from) {
      throw new AssertionError(
          "docs/" + page + ": found no part " + part + ", expected the lines " + begin + end);
    }
    // Blank lines around a table, or Markdown makes it part of a comment's block.
    String current = "\n" + String.join("\n", lines) + "\n\n";
    if (text.substring(from, to).equals(current)) {
      return;
    }
    if (!write) {
      throw new AssertionError(
          "docs/"
              + page
              + ": the part "
              + part
              + " is not what the code says; write it with -D"
              + WRITE
              + "=true. Expected:"
              + current);
    }
    write(file, text.substring(0, from) + current + text.substring(to));
  }

  /**
   * Holds a whole file to its text, or writes it.
   *
   * @param page such as {@code schemas/TrainingExample.avsc}
   * @throws AssertionError if it is not current
   */
  public void holdFile(String page, String text) {
    Path file = docs.resolve(page);
    if (Files.exists(file) && ProjectFiles.read(file).equals(text)) {
      return;
    }
    if (!write) {
      throw new AssertionError(
          "docs/" + page + ": is not what the code says; write it with -D" + WRITE + "=true");
    }
    write(file, text);
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
