package io.sapflow.cli;

import io.sapflow.local.files.FieldMap;
import io.sapflow.local.files.Reading;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** How the rows of a file are read. */
final class ReadingMixin {

  @Option(
      names = "--map",
      paramLabel = "FIELD=PATH",
      description =
          "A field of the rows stands elsewhere: prompt=meta.question, or as a JSON pointer"
              + " prompt=/meta/question; repeatable.")
  private Map<String, String> map = new LinkedHashMap<>();

  @Option(
      names = "--strict",
      description =
          "A row with a field that is not used is a bad one; otherwise such fields are counted, and"
              + " named at the end.")
  private boolean strict;

  /** How the file is read. */
  Reading reading() {
    try {
      return new Reading(FieldMap.of(map), strict);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }
}
