package io.sapflow.local.files;

import java.nio.file.Path;

/**
 * How a file is to be read.
 *
 * @param name what messages call it; null for its path
 * @param map where its rows have their fields
 * @param strict whether a row with a field that is not used is refused
 * @param sniffed whether its beginning tells CSV from JSON, not its name
 */
public record Reading(String name, FieldMap map, boolean strict, boolean sniffed) {

  /** As it is. */
  public static final Reading PLAIN = new Reading(null, FieldMap.NONE, false, false);

  private static final String INPUT_NAME = "standard input";

  /** The file that stands for standard input. */
  public static final Path STANDARD_INPUT = Path.of("-");

  /** A file under its own name. */
  public Reading(FieldMap map, boolean strict) {
    this(null, map, strict, false);
  }

  /** The same for a file into which standard input was written. */
  public Reading ofStandardInput() {
    return new Reading(INPUT_NAME, map, strict, true);
  }

  /** Whether a file is standard input. */
  public static boolean isStandardInput(Path file) {
    return file.equals(STANDARD_INPUT);
  }

  /** What messages call a file. */
  String nameOf(Path file) {
    return name != null ? name : isStandardInput(file) ? INPUT_NAME : file.toString();
  }
}
