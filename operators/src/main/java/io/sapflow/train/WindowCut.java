package io.sapflow.train;

import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import java.util.Map;

/**
 * A FLUSH that names what it trains: a window, from its first example on to one of them. Whenever
 * it is heard, the window is cut behind that example, so that who reads the same examples and the
 * same commands again makes the same batches. One that is heard too early waits for its example,
 * one that comes when the window has been trained is refused.
 *
 * @param window the window's number, from 0
 * @param examples how many of it are trained, at least 1
 */
public record WindowCut(long window, long examples) {

  private static final String WINDOW = "window";
  private static final String EXAMPLES = "examples";

  /** Whether a command is such a FLUSH; a plain one trains whatever waits when it is heard. */
  public static boolean isOne(ControlCommand command) {
    return command.getKind() == CommandKind.FLUSH
        && (command.getArguments().containsKey(WINDOW)
            || command.getArguments().containsKey(EXAMPLES));
  }

  /**
   * What a command names.
   *
   * @throws IllegalArgumentException in words for who gave it, if it names no such place
   */
  static WindowCut of(ControlCommand command) {
    if (command.getAtStep() != null) {
      throw new IllegalArgumentException(
          "atStep: found " + command.getAtStep() + ", expected none where a window is named");
    }
    return new WindowCut(number(command, WINDOW, 0), number(command, EXAMPLES, 1));
  }

  /** The arguments of a command that names this. */
  public Map<String, String> arguments() {
    return Map.of(WINDOW, Long.toString(window), EXAMPLES, Long.toString(examples));
  }

  private static long number(ControlCommand command, String argument, long least) {
    String found = command.getArguments().get(argument);
    // Shorter than the longest number, so that it is one.
    if (found == null || !found.matches("[0-9]{1,18}") || Long.parseLong(found) < least) {
      throw new IllegalArgumentException(
          "argument "
              + argument
              + ": found "
              + found
              + ", expected a number from "
              + least
              + " on");
    }
    return Long.parseLong(found);
  }
}
