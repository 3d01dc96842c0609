package io.sapflow.cli;

import io.sapflow.ops.topics.DryRun;
import io.sapflow.ops.topics.PlainText;
import io.sapflow.schema.Message;
import io.sapflow.tokens.MaskedText;
import java.util.List;

/**
 * Prints examples of a file, which somebody else may have written, as they are or would be seen.
 */
final class ShownExamples implements DryRun.Showing {

  @Override
  public void masked(long number, String id, MaskedText masked) {
    head(number, id);
    MaskedText shown =
        new MaskedText(plain(masked.text()), masked.encoded(), masked.targets(), masked.kept());
    System.out.println(MaskColors.text(shown, MaskColors.onTerminal()));
    System.out.println(MaskColors.counts(masked));
    System.out.println();
  }

  @Override
  public void turns(long number, String id, List<Message> turns) {
    head(number, id);
    for (Message turn : turns) {
      System.out.println(PlainText.of(turn.getRole()) + ": " + plain(turn.getContent()));
    }
    System.out.println();
  }

  private static void head(long number, String id) {
    System.out.println("row " + number + ", id " + PlainText.of(id));
  }

  /** As many characters, none of which steers a terminal. */
  static String plain(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) && c != '\n' && c != '\t' ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
