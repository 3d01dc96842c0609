package io.sapflow.adapter;

import io.sapflow.model.JsonFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression from a configuration, held against names of modules. It comes from others:
 * one that would take for ever is refused.
 */
final class PeftPattern {
  private static final int MAX_LENGTH = 2000;
  private static final int MAX_STEPS = 100_000;

  private final JsonFile json;
  private final String field;
  private final Pattern pattern;

  /**
   * A pattern.
   *
   * @param field what of the file messages name
   */
  PeftPattern(JsonFile json, String field, String text) {
    this.json = json;
    this.field = field;
    if (text.length() > MAX_LENGTH) {
      throw json.wrong(field, "an expression of at most " + MAX_LENGTH + " characters");
    }
    try {
      this.pattern = Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw json.wrong(field, "a regular expression (this one: " + e.getDescription() + ")");
    }
  }

  /** Whether the whole name matches. */
  boolean matches(String name) {
    return find(name, true) != null;
  }

  /** The first group where the beginning of a name matches; null where it does not. */
  String first(String name) {
    Matcher found = find(name, false);
    return found == null ? null : found.group(1);
  }

  private Matcher find(String name, boolean whole) {
    Matcher matcher = pattern.matcher(new Counted(name));
    try {
      return (whole ? matcher.matches() : matcher.lookingAt()) ? matcher : null;
    } catch (TooManySteps | StackOverflowError e) { // a deep stack is of many steps, too
      throw json.wrong(field, "an expression that needs fewer than " + MAX_STEPS + " steps");
    }
  }

  private static final class TooManySteps extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** A text that may be looked at so many times. */
  private static final class Counted implements CharSequence {
    private final String text;
    private int steps;

    Counted(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (++steps > MAX_STEPS) {
        throw new TooManySteps();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
