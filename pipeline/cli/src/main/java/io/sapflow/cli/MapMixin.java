package io.sapflow.cli;

import io.sapflow.local.files.FieldMap;
import io.sapflow.local.files.Reading;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where the rows of a file have their fields. */
final class MapMixin {

  @Option(
      names = "--map",
      paramLabel = "FIELD=PATH",
      description =
          "A field of the rows stands elsewhere: prompt=meta.question, or as a JSON pointer"
              + " prompt=/meta/question; repeatable.")
  private Map<String, String> map = new LinkedHashMap<>();

  /** How the file is read. */
  Reading reading() {
    return reading(false);
  }

  /** The same; a strict one refuses rows with a field that is not used. */
  Reading reading(boolean strict) {
    try {
      return new Reading(FieldMap.of(map), strict);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }
}
