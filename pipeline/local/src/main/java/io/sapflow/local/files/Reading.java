package io.sapflow.local.files;

import java.nio.file.Path;

/**
 * How a file is to be read.
 *
 * @param name what messages call it; null for its path
 * @param map where its rows have their fields
 * @param strict whether a row with a field that is not used is refused
 */
public record Reading(String name, FieldMap map, boolean strict) {

  /** As it is. */
  public static final Reading PLAIN = new Reading(null, FieldMap.NONE, false);

  /** The file that stands for standard input. */
  public static final Path STANDARD_INPUT = Path.of("-");

  /** A file under its own name. */
  public Reading(FieldMap map, boolean strict) {
    this(null, map, strict);
  }

  /** The same, with another name in messages. */
  public Reading named(String other) {
    return new Reading(other, map, strict);
  }

  /** Whether a file is standard input. */
  public static boolean isStandardInput(Path file) {
    return file.equals(STANDARD_INPUT);
  }

  /** What messages call a file. */
  String nameOf(Path file) {
    return name != null ? name : isStandardInput(file) ? "standard input" : file.toString();
  }
}
