package io.sapflow.local.stack;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A failure of which only the text of its stack trace is known, as Flink's REST interface has it.
 */
public final class ReportedFailure extends Exception {

  private static final long serialVersionUID = 1;

  private static final Pattern HEAD =
      Pattern.compile("^(?:Caused by: )?((?:[a-z_0-9]+\\.)+[A-Z][\\w$]*)(?:: (.*))?$");

  private final String type;

  private ReportedFailure(String type, String message, Throwable cause) {
    super(message, cause, false, false);
    this.type = type;
  }

  /** The failure with its causes; null where the text has none. */
  static ReportedFailure of(String stackTrace) {
    ReportedFailure failure = null;
    List<String> lines = stackTrace.lines().toList();
    for (int i = lines.size() - 1; i >= 0; i--) {
      Matcher head = HEAD.matcher(lines.get(i));
      if ((i == 0 || lines.get(i).startsWith("Caused by: ")) && head.matches()) {
        failure = new ReportedFailure(head.group(1), head.group(2), failure);
      }
    }
    return failure;
  }

  /** Whether it is one of a type, as far as this class path knows it. */
  public boolean isOf(Class<? extends Throwable> expected) {
    try {
      return expected.isAssignableFrom(
          Class.forName(type, false, ReportedFailure.class.getClassLoader()));
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** As the failure itself had it. */
  @Override
  @SuppressWarnings("OverrideThrowableToString") // its type is in place of this one
  public String toString() {
    return getMessage() == null ? type : type + ": " + getMessage();
  }
}
