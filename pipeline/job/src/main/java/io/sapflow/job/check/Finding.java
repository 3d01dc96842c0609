package io.sapflow.job.check;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a check has found.
 *
 * @param outcome whether that is right, and what follows from it
 * @param found in one line, without secrets and without texts of records
 * @param expected what would be right, in one line
 */
public record Finding(Outcome outcome, String found, String expected) {

  /** Words for what the job does not use. */
  static final String NOT_CONFIGURED = "not configured";

  private static final Pattern TOLD =
      Pattern.compile("(?s)(.{1,300}?): found (.+), expected (.+?)");

  /** Whether what was found is right. */
  public enum Outcome {
    /** It is. */
    OK,
    /** It is not, and a job starts all the same. */
    WARNING,
    /** It is not, and no job starts. */
    FAULT,
    /** It could not be looked at. */
    UNSEEN
  }

  /** Makes one line of each text. */
  public Finding {
    found = line(found);
    expected = line(expected);
  }

  /** Whether it is right. */
  public boolean ok() {
    return outcome == Outcome.OK;
  }

  static Finding ok(String found, String expected) {
    return new Finding(Outcome.OK, found, expected);
  }

  /** Of what the job does not use. */
  static Finding unused(String expected) {
    return ok(NOT_CONFIGURED, expected);
  }

  static Finding warning(String found, String expected) {
    return new Finding(Outcome.WARNING, found, expected);
  }

  static Finding fault(String found, String expected) {
    return new Finding(Outcome.FAULT, found, expected);
  }

  static Finding unseen(String why, String expected) {
    return new Finding(Outcome.UNSEEN, "not looked at: " + why, expected);
  }

  /**
   * A fault that somebody has told in the project's words, "KEY: found X, expected Y", or in
   * others.
   *
   * @param expected what would be right, where the words do not say
   */
  static Finding told(Throwable failure, String expected) {
    String words = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    Matcher told = TOLD.matcher(words);
    return told.matches()
        ? fault(told.group(1) + ": " + told.group(2), told.group(3))
        : fault(words, expected);
  }

  /** The same where no job is to be held up by it. */
  Finding asWarning() {
    return outcome == Outcome.FAULT ? warning(found, expected) : this;
  }

  /** For one line: what was found, and what was expected. */
  public String words() {
    return "found " + found + ", expected " + expected;
  }

  private static String line(String text) {
    return text.replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}]+", " ").strip();
  }
}
