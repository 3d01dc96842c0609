package io.sapflow.local.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The fields of a file that no form of rows knows, each with the number of rows that have it. */
public final class UnknownFields {

  private final SortedMap<String, Long> rows = new TreeMap<>();
  private long last;

  /** Counts a row's fields, once however often the row is read. */
  void add(long number, Set<String> fields) {
    if (number > last) {
      last = number;
      fields.forEach(field -> rows.merge(field, 1L, Long::sum));
    }
  }

  /** How many rows have each. */
  public SortedMap<String, Long> counts() {
    return rows;
  }

  /** A line for each. */
  public List<String> lines(Path file) {
    List<String> lines = new ArrayList<>();
    rows.forEach(
        (field, count) ->
            lines.add(
                file
                    + ": field "
                    + field
                    + " of "
                    + count
                    + " row(s) is not known and not read; docs/data.md lists what is"));
    return lines;
  }
}
