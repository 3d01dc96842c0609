package io.sapflow.cli;

import io.sapflow.local.files.FieldMap;
import io.sapflow.local.files.Reading;
import java.util.LinkedHashMap;
import java.util.List;
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
  private List<String> map = List.of();

  @Option(
      names = "--strict",
      description =
          "A row with a field that is not used is a bad one; otherwise such fields are counted, and"
              + " named at the end.")
  private boolean strict;

  /** How the file is read. */
  Reading reading() {
    try {
      return new Reading(FieldMap.of(places()), strict);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private Map<String, String> places() {
    Map<String, String> places = new LinkedHashMap<>();
    for (String argument : map) {
      int equals = argument.indexOf('=');
      if (equals < 0) {
        throw new UsageException(
            "--map: found " + argument + ", expected FIELD=PATH such as prompt=meta.question");
      }
      String field = argument.substring(0, equals).strip();
      if (places.put(field, argument.substring(equals + 1)) != null) {
        throw new UsageException(
            "--map: found " + field + " for the second time, expected one path for a field");
      }
    }
    return places;
  }
}
